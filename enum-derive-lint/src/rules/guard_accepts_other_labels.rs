//! A guard that accepts a type with other labels, within one migration.

use crate::guard::skipped;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;
use crate::types::list;

pub(super) const RULE: Rule = Rule {
    code: "guard-accepts-other-labels",
    summary: "a guard hides that the type is there with other labels",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("guard_accepts_other_labels.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for skipped in skipped(subject) {
        let (statement, there) = (skipped.statement, &skipped.there);
        // One of another migration is of `type-created-in-two-revisions`.
        if there.migration != statement.migration || skipped.missing.is_empty() {
            continue;
        }
        let at = statement.at_words(skipped.clause.words.clone());
        let message =
            format!("the guard hides that {} has no {}", there.name, list(&skipped.missing));
        let finding = report.add(message, &at);
        finding
            .related(&there.created, format!("it is created here, with {}", list(&there.labels)));
        finding
            .help("create the type once, and add labels with ALTER TYPE … ADD VALUE IF NOT EXISTS");
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("guard-accepts-other-labels")
    }

    #[test]
    fn in_one_migration() {
        let guarded = |labels: &str| {
            format!(
                "DO $$ BEGIN\nCREATE TYPE a AS ENUM ({labels});\nEXCEPTION WHEN others THEN NULL; END $$;\n"
            )
        };
        let twice = |one: &str, two: &str| found(&[("1_a.sql", &(guarded(one) + &guarded(two)))]);
        assert_eq!(twice("'x'", "'x', 'y'"), ["1_a.sql:5 error"]);
        assert_eq!(twice("'x', 'y'", "'x'"), [""; 0]);
        assert_eq!(twice("'x', 'y'", "'x', 'y'"), [""; 0]);
    }
}
