//! A column that is changed from an enum to text and back.

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;
use crate::swap::swaps;
use crate::types::name_sql;

pub(super) const RULE: Rule = Rule {
    code: "enum-to-text-and-back",
    summary: "a column of an enum is changed to text and back, which writes the table twice",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("enum_to_text_and_back.md"),
    check,
};

/// The names of PostgreSQL's types of text, as they are written.
const TEXTS: [&str; 4] = ["text", "varchar", "character", "bpchar"];

fn check(subject: &Subject<'_>, report: &mut Report) {
    for swap in swaps(subject) {
        if swap.keeps_labels() {
            // That the type need not be replaced at all is reported elsewhere.
            continue;
        }
        for (statement, clause, column) in &swap.conversions {
            let mut earlier = Vec::new();
            for other in subject.up_of(swap.migration) {
                for text in other.clauses() {
                    let Act::ColumnType { column: of, ty: Some(ty) } = &text.act else { continue };
                    let is_before = (other.at.range.start, text.words.start)
                        < (statement.at.range.start, clause.words.start);
                    if is_before && of.may_be(column) && TEXTS.contains(&&*ty.name) {
                        earlier.push(other.at_words(text.words.clone()));
                    }
                }
            }
            let Some(at) = earlier.first() else { continue };
            let name = &swap.after.name;
            let message = format!(
                "{column} is changed to text and back to {name}, which writes the table twice"
            );
            let finding = report.add(message, at);
            let back = statement.at_words(clause.words.clone());
            finding.related(&back, "it is changed back here");
            finding.note("each change locks the table and writes all of it and its indexes");
            let name = name_sql(&swap.after.schema, name);
            finding.help(format!(
                "rename the old type, create the new one, and change the column once: ALTER COLUMN … TYPE {name} USING \
                 (…::text::{name})"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("enum-to-text-and-back")
    }

    #[test]
    fn in_one_migration() {
        let first = ("1_a.sql", "CREATE TYPE a AS ENUM ('x', 'y'); CREATE TABLE t (a a, b text);");
        let swap = |column: &str| {
            format!(
                "ALTER TABLE t ALTER {column} TYPE varchar(20);\nDROP TYPE a;\nCREATE TYPE a AS ENUM ('x');\n\
                 ALTER TABLE t ALTER a TYPE a USING a::a;"
            )
        };
        assert_eq!(found(&[first, ("2_b.sql", &swap("a"))]), ["2_b.sql:1 warning"]);
        // A text that becomes an enum.
        let new = "CREATE TYPE n AS ENUM ('x');\nALTER TABLE t ALTER b TYPE text;\nALTER TABLE t ALTER b TYPE n USING b::n;";
        assert_eq!(found(&[first, ("2_b.sql", new)]), [""; 0]);
        // For good.
        assert_eq!(
            found(&[first, ("2_b.sql", "ALTER TABLE t ALTER a TYPE text;\nDROP TYPE a;")]),
            [""; 0]
        );
    }

    #[test]
    fn a_type_of_a_schema() {
        let first =
            "CREATE SCHEMA app; CREATE TYPE app.a AS ENUM ('x', 'y'); CREATE TABLE t (a app.a);";
        let text = "ALTER TABLE t ALTER a TYPE text;\nDROP TYPE app.a;\nCREATE TYPE app.a AS ENUM ('x');\n\
                    ALTER TABLE t ALTER a TYPE app.a USING a::app.a;";
        let found = Case::new(&[("1_a.sql", first), ("2_b.sql", text)]).findings();
        let help =
            found.iter().find(|it| it.code == super::RULE.code).and_then(|it| it.help.clone());
        assert!(help.unwrap().contains("TYPE app.a USING (…::text::app.a)"));
    }
}
