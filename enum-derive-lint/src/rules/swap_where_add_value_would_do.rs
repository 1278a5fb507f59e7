//! A replacement of a type that only adds labels.

use std::sync::Arc;

use pg_enum_core::Literal;

use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Statement, literal};
use crate::subject::Subject;
use crate::swap::{Swap, swaps};
use crate::types::{list, name_sql};

pub(super) const RULE: Rule = Rule {
    code: "swap-where-add-value-would-do",
    summary: "a type is replaced only to add labels",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("swap_where_add_value_would_do.md"),
    check,
};

/// A new label that another statement of the migration than `CREATE TYPE` contains.
fn used<'a>(subject: &Subject<'_>, swap: &Swap<'_>, labels: &[&'a Arc<str>]) -> Option<&'a str> {
    let statements = subject.up_of(swap.migration).iter();
    let mut others =
        statements.filter(|it| it.at != swap.created && !it.begins(&["create", "type"]));
    let is_used = |statement: &Statement| {
        let literals = statement.words().iter().filter_map(|word| literal(&word.text));
        literals.into_iter().find_map(|text| labels.iter().copied().find(|it| ***it == *text))
    };
    others.find_map(is_used).map(|label| &**label)
}

fn check(subject: &Subject<'_>, report: &mut Report) {
    for swap in swaps(subject).into_iter().filter(Swap::keeps_labels) {
        let name = &swap.after.name;
        let added = swap.added();
        let labels: Vec<_> = added.iter().map(|(label, _)| label).collect();
        let message = match &*labels {
            [] => format!("{name} is replaced by a type with the same labels"),
            labels => format!("{name} is replaced only to add {}", list(labels)),
        };
        let finding = report.add(message, &swap.created);
        if let Some(used) = used(subject, &swap, &labels) {
            finding.severity(Severity::Note);
            finding.note(format!(
                "this migration also uses '{used}', and a label that ADD VALUE adds cannot be used in the same transaction (55P04)"
            ));
        }
        for (statement, clause, column) in &swap.conversions {
            let at = statement.at_words(clause.words.clone());
            finding.related(
                &at,
                format!(
                    "this rewrites the table of {column}, and blocks all access to it meanwhile"
                ),
            );
        }
        finding.help(match &*added {
            [] => "remove the replacement: the old type has these labels".to_owned(),
            [(label, before), ..] => {
                let label = Literal(label);
                let position = match (before, swap.before.labels.first()) {
                    (Some(before), _) => format!(" AFTER {}", Literal(before)),
                    (None, Some(first)) => format!(" BEFORE {}", Literal(first)),
                    (None, None) => String::new(),
                };
                let name = name_sql(&swap.after.schema, name);
                format!(
                    "add the label instead: ALTER TYPE {name} ADD VALUE {label}{position}; use it in a later \
                     migration"
                )
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("swap-where-add-value-would-do")
    }

    const FIRST: (&str, &str) =
        ("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'y');\nCREATE TABLE t (a a);");

    fn swap(labels: &str) -> String {
        format!(
            "CREATE TYPE a_new AS ENUM ({labels});\nALTER TABLE t ALTER COLUMN a TYPE a_new USING (a::text::a_new);\n\
             ALTER TYPE a RENAME TO a_old;\nALTER TYPE a_new RENAME TO a;\nDROP TYPE a_old;"
        )
    }

    #[test]
    fn labels() {
        let swapped = |labels: &str| found(&[FIRST, ("2_b.sql", &swap(labels))]);
        for more in ["'x', 'y', 'z'", "'w', 'x', 'y'", "'x', 'y'"] {
            assert_eq!(swapped(more), ["2_b.sql:1 warning"], "{more}");
        }
        for other in ["'x'", "'y', 'x'", "'x', 'Y', 'z'"] {
            assert_eq!(swapped(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn names_that_need_quotes() {
        let text = "ALTER TYPE \"Mood\" RENAME TO mood_old;\nCREATE TYPE \"Mood\" AS ENUM ('x', 'y');\n\
                    ALTER TABLE t ALTER m TYPE \"Mood\" USING m::text::\"Mood\";\nDROP TYPE mood_old;";
        let first = "CREATE TYPE \"Mood\" AS ENUM ('x');\nCREATE TABLE t (m \"Mood\");";
        let found = Case::new(&[("1_a.sql", first), ("2_b.sql", text)]).findings();
        let help =
            found.iter().find(|it| it.code == super::RULE.code).and_then(|it| it.help.clone());
        assert!(help.unwrap().contains("ALTER TYPE \"Mood\" ADD VALUE 'y' AFTER 'x'"));
    }

    #[test]
    fn a_type_of_a_schema() {
        let first =
            "CREATE SCHEMA app;\nCREATE TYPE app.mood AS ENUM ('x');\nCREATE TABLE t (m app.mood);";
        let text = "ALTER TYPE app.mood RENAME TO mood_old;\nCREATE TYPE app.mood AS ENUM ('x', 'y');\n\
                    ALTER TABLE t ALTER m TYPE app.mood USING m::text::app.mood;\nDROP TYPE app.mood_old;";
        let found = Case::new(&[("1_a.sql", first), ("2_b.sql", text)]).findings();
        let help =
            found.iter().find(|it| it.code == super::RULE.code).and_then(|it| it.help.clone());
        assert!(help.unwrap().contains("ALTER TYPE app.mood ADD VALUE 'y' AFTER 'x'"));
    }

    #[test]
    fn a_label_that_is_used_at_once() {
        let text = swap("'x', 'y', 'z'") + "\nALTER TABLE t ALTER a SET DEFAULT 'z';";
        assert_eq!(found(&[FIRST, ("2_b.sql", &text)]), ["2_b.sql:1 note"]);
    }

    #[test]
    fn text_and_back() {
        let text = "ALTER TABLE t ALTER a TYPE text;\nDROP TYPE a;\nCREATE TYPE a AS ENUM ('x', 'y', 'z');\n\
                    ALTER TABLE t ALTER a SET DATA TYPE a USING a::a;";
        let case = Case::new(&[FIRST, ("2_b.sql", text)]);
        assert_eq!(case.of("swap-where-add-value-would-do"), ["2_b.sql:3 warning"]);
        assert_eq!(case.of("enum-to-text-and-back"), [""; 0]);
        // Nothing has the type.
        let unused = "DROP TABLE t; DROP TYPE a; CREATE TYPE a AS ENUM ('x', 'y', 'z');";
        assert_eq!(found(&[FIRST, ("2_b.sql", unused)]), [""; 0]);
    }
}
