//! Labels and names that are too long.

use pg_enum_core::MAX_BYTES;

use crate::clause::Act;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::statement::{Mention, Statement};
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "name-over-63-bytes",
    summary: "a label or the name of a type has more than 63 bytes",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("name_over_63_bytes.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    for statement in subject.statements.iter().filter(|it| it.mentions(Mention::Type)) {
        for clause in statement.clauses() {
            match &clause.act {
                Act::CreateEnum { ty, labels } => {
                    // CREATE TYPE [schema .] name
                    let at = clause.words.start + if ty.schema.is_some() { 4 } else { 2 };
                    check_name(statement, at, &ty.name, report);
                    for label in labels.iter().flatten() {
                        check_label(subject, statement, label, report);
                    }
                }
                Act::RenameType { to, .. } => {
                    check_name(statement, clause.words.end - 1, to, report);
                }
                Act::AddValue { label, .. } | Act::RenameValue { to: label, .. } => {
                    check_label(subject, statement, label, report);
                }
                _ => {}
            }
        }
    }
}

fn check_name(statement: &Statement, at: usize, name: &str, report: &mut Report) {
    if name.len() <= MAX_BYTES {
        return;
    }
    let cut = &name[..name.floor_char_boundary(MAX_BYTES)];
    let message = format!("the name of this type has {} bytes, and is cut to `{cut}`", name.len());
    let finding = report.add(message, &statement.at_words(at..at + 1)).severity(Severity::Warning);
    finding.note("the server tells that in a notice, which most tools do not show");
    finding.help("give the type a name of at most 63 bytes");
}

fn check_label(
    subject: &Subject<'_>,
    statement: &Statement,
    (label, at): &(String, usize),
    report: &mut Report,
) {
    if label.len() <= MAX_BYTES {
        return;
    }
    for (index, refused) in subject.refused(&["42602"]) {
        if refused.message == format!("invalid enum label \"{label}\"") {
            report.explain(index);
        }
    }
    let message =
        format!("this label has {} bytes, and PostgreSQL refuses more than 63", label.len());
    let finding = report.add(message, &statement.at_words(*at..at + 1));
    finding.note("SQLSTATE 42602");
    finding.help("shorten the label");
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("name-over-63-bytes")
    }

    #[test]
    fn bytes_are_counted() {
        let (fits, long) = ("ä".repeat(31), "ä".repeat(32));
        let label =
            |label: &str| found(&[("1_a.sql", &format!("CREATE TYPE a AS ENUM ('{label}');"))]);
        assert_eq!((label(&fits), label(&long)), (vec![], vec!["1_a.sql:1 error".to_owned()]));
        let name = |name: &str| {
            found(&[("1_a.sql", &format!("CREATE TYPE public.\"{name}\" AS ENUM ();"))])
        };
        assert_eq!((name(&fits), name(&long)), (vec![], vec!["1_a.sql:1 warning".to_owned()]));
        let all = format!(
            "CREATE TYPE a AS ENUM ('x');\nALTER TYPE a RENAME TO b{long};\nSELECT '{long}{long}';"
        );
        assert_eq!(found(&[("1_a.sql", &all)]), ["1_a.sql:2 warning"]);
    }
}
