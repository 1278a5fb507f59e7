//! `ALTER TYPE … ADD VALUE` without `BEFORE` or `AFTER`.

use pg_enum_core::Literal;

use crate::clause::Act;
use crate::fix::Fix;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "add-value-without-position",
    summary: "a label is added at the end, without a position",
    severity: Severity::Note,
    is_off: true,
    explanation: include_str!("add_value_without_position.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            let Act::AddValue { ty, label, position: None, .. } = &clause.act else { continue };
            let at = statement.at_words(clause.words.clone());
            let message = format!("'{}' is added to {ty} at the end, without a position", label.0);
            let finding = report.add(message, &at);
            finding.help("say where it belongs, with BEFORE or AFTER");
            let there = subject.types.at(ty, Point::of(statement));
            let there = there.filter(|it| subject.is_replayed(statement) && subject.is_certain(it));
            let last = there.as_ref().and_then(|there| there.labels.last());
            if let Some(last) = last.filter(|last| ***last != *label.0)
                && !statement.is_made()
            {
                let end = statement.at_words(label.1..label.1 + 1);
                let end =
                    pg_enum_migrations::Location::new(&end.source, end.range.end..end.range.end);
                let what = "say that it comes after the label that is the last one now";
                finding.fix(Fix::new(what, end, format!(" AFTER {}", Literal(last))));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("add-value-without-position")
    }

    #[test]
    fn the_fix_says_what_happens() {
        let case = Case::new(&[(
            "1_a.sql",
            "CREATE TYPE a AS ENUM ('it''s');\nALTER TYPE a ADD VALUE 'y';",
        )]);
        assert_eq!(case.of("add-value-without-position"), ["1_a.sql:2 note"]);
        assert!(case.fixed().text("1_a.sql").ends_with("ADD VALUE 'y' AFTER 'it''s';"));
        assert_eq!(found(&[("1_a.sql", "ALTER TYPE a ADD VALUE 'y' BEFORE 'x';")]), [""; 0]);
    }
}
