//! `ALTER TYPE … RENAME VALUE` of a type that programs use already.

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::Direction;
use crate::subject::Subject;
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "rename-with-deployed-readers",
    summary: "a label is renamed while deployed programs use the old one",
    severity: Severity::Note,
    is_off: false,
    explanation: include_str!("rename_with_deployed_readers.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.about_types(Direction::Up).filter(|it| subject.is_replayed(it)) {
        for clause in statement.clauses() {
            let Act::RenameValue { ty, from, to } = &clause.act else { continue };
            let there = subject.types.at(ty, Point::of(statement));
            let is_older = there.as_ref().is_some_and(|there| {
                there.migration < statement.migration
                    && there.labels.iter().any(|it| **it == **from)
            });
            if !is_older {
                continue;
            }
            let at = statement.at_words(clause.words.clone());
            let message =
                format!("programs that are deployed still read and write '{from}' of {ty}");
            let finding = report.add(message, &at);
            finding.note(format!(
                "from the commit on, they fail with 22P02, or meet '{}', which they do not know",
                to.0
            ));
            finding.help("first deploy programs that accept both labels (`alias` in the derive), then rename");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("rename-with-deployed-readers")
    }

    #[test]
    fn types_that_are_deployed() {
        let (create, rename) =
            ("CREATE TYPE a AS ENUM ('x');", "ALTER TYPE a RENAME VALUE 'x' TO 'y';");
        assert_eq!(found(&[("1_a.sql", create), ("2_b.sql", rename)]), ["2_b.sql:1 note"]);
        assert_eq!(found(&[("1_a.sql", &format!("{create} {rename}"))]), [""; 0]);
        assert_eq!(
            found(&[("1_a.sql", create), ("2_b.sql", "ALTER TYPE a RENAME TO b;")]),
            [""; 0]
        );
    }
}
