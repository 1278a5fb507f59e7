//! A type without a schema in a folder that names schemas.

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "unqualified-type",
    summary: "a type is created without a schema, where all others have one",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("unqualified_type.md"),
    check,
};

/// So many types with a schema are a rule, to which one without is an exception.
const RULE_OF: usize = 3;

fn check(subject: &Subject<'_>, report: &mut Report) {
    let mut qualified = 0_usize;
    let mut others = Vec::new();
    for statement in subject.about_types(Direction::Up).filter(|it| !it.is_made()) {
        for clause in statement.clauses() {
            match &clause.act {
                Act::CreateEnum { ty, .. } if ty.schema.is_some() => qualified += 1,
                Act::CreateEnum { ty, .. } => others.push((statement, clause, ty)),
                _ => {}
            }
        }
    }
    if qualified < RULE_OF * others.len().max(1) {
        return;
    }
    for (statement, clause, ty) in others {
        let mut siblings = subject.up_of(statement.migration).iter();
        if siblings.any(sets_path) {
            continue;
        }
        let at = statement.at_words(clause.words.clone());
        let message = format!(
            "{ty} is created without a schema; {qualified} other types of the folder have one"
        );
        let finding = report.add(message, &at);
        finding.note("it is created in the first schema of search_path that exists, whichever that is where it runs");
        finding.help("name the schema: CREATE TYPE schema.name");
    }
}

/// Whether a statement sets `search_path`.
fn sets_path(statement: &Statement) -> bool {
    // Only what is short can be such a statement.
    statement.text().len() < 500
        && statement
            .words()
            .iter()
            .any(|word| matches!(&*word.text, "search_path" | "'search_path'"))
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("unqualified-type")
    }

    #[test]
    fn a_rule_and_its_exception() {
        let many = "CREATE SCHEMA s; CREATE TYPE s.a AS ENUM (); CREATE TYPE s.b AS ENUM (); CREATE TYPE s.c AS ENUM ();";
        let with = |text: &str| found(&[("1_a.sql", many), ("2_b.sql", text)]);
        assert_eq!(with("CREATE TYPE d AS ENUM ();"), ["2_b.sql:1 warning"]);
        assert_eq!(with("SET search_path TO s; CREATE TYPE d AS ENUM ();"), [""; 0]);
        assert_eq!(with("CREATE TYPE d AS ENUM ();\nCREATE TYPE e AS ENUM ();"), [""; 0]);
    }
}
