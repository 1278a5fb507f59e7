//! `DROP TYPE … CASCADE`.

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "drop-type-cascade",
    summary: "`DROP TYPE … CASCADE` drops columns without naming them",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("drop_type_cascade.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.of(Direction::Up) {
        for start in statement.find(&["drop", "type"]) {
            let words = &statement.words()[start..];
            let end = words.iter().position(|word| word.text == ";").unwrap_or(words.len());
            if words[..end].iter().any(|word| word.text == "cascade") {
                let at = statement.at_words(start..start + end);
                report.add("`CASCADE` drops every column of the type, with its data", &at).help(
                    "drop or change the columns first, by name, and leave out CASCADE: then the server refuses to drop a \
                     type that is in use",
                );
            }
        }
    }
}
