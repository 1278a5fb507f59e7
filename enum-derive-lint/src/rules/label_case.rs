//! Labels that differ by case alone.

use std::collections::HashMap;

use pg_enum_migrations::Location;

use crate::clause::{Act, Name};
use crate::report::Report;
use crate::rule::Rule;
use crate::rules::server_default_not_a_label::is_default;
use crate::severity::Severity;
use crate::statement::{Direction, Statement};
use crate::subject::Subject;
use crate::types::Point;

pub(super) const RULE: Rule = Rule {
    code: "label-case",
    summary: "labels differ by case alone",
    severity: Severity::Warning,
    is_off: false,
    explanation: include_str!("label_case.md"),
    check,
};

/// What replay says at the label that differs by case from one that is not there.
const TWIN: &str = " differs only by case";

fn check(subject: &Subject<'_>, report: &mut Report) {
    for (index, refused) in subject.refused(&["22P02", "22023"]) {
        // A default is of `server-default-not-a-label`.
        if refused.related.iter().any(|(_, text)| text.ends_with(TWIN))
            && !is_default(subject, refused)
        {
            report.explain(index);
            let finding = report.add(&*refused.message, &refused.at).severity(Severity::Error);
            finding.related.clone_from(&refused.related);
            finding.help("write the label as the type has it");
        }
    }
    for statement in subject.about_types(Direction::Up) {
        for clause in statement.clauses() {
            match &clause.act {
                Act::CreateEnum { ty, labels: Some(labels) } => {
                    twins(statement, ty, labels, report);
                }
                Act::AddValue { ty, label, .. } => {
                    added(subject, statement, ty, label, None, report);
                }
                Act::RenameValue { ty, from, to } => {
                    added(subject, statement, ty, to, Some(from), report);
                }
                _ => {}
            }
        }
    }
}

/// Labels of one or two characters are mostly units and codes, where case makes the difference.
fn may_be_twins(one: &str, two: &str) -> bool {
    one != two && one.chars().nth(2).is_some() && one.to_lowercase() == two.to_lowercase()
}

fn twins(statement: &Statement, ty: &Name, labels: &[(String, usize)], report: &mut Report) {
    let mut seen: HashMap<String, &(String, usize)> = HashMap::new();
    for label in labels {
        let Some(twin) = seen.insert(label.0.to_lowercase(), label) else { continue };
        if may_be_twins(&label.0, &twin.0) {
            let (at, first) =
                (statement.at_words(label.1..label.1 + 1), statement.at_words(twin.1..twin.1 + 1));
            add(report, ty, &label.0, &twin.0, &at, &first);
        }
    }
}

fn added(
    subject: &Subject<'_>,
    statement: &Statement,
    ty: &Name,
    label: &(String, usize),
    renamed: Option<&str>,
    report: &mut Report,
) {
    if !subject.is_replayed(statement) {
        return;
    }
    let Some(there) = subject.types.at(ty, Point::of(statement)) else { return };
    let is_twin = |it: &&std::sync::Arc<str>| may_be_twins(&label.0, it) && renamed != Some(&***it);
    if let Some(twin) = there.labels.iter().find(is_twin) {
        let at = statement.at_words(label.1..label.1 + 1);
        add(report, ty, &label.0, twin, &at, &there.created);
    }
}

fn add(report: &mut Report, ty: &Name, label: &str, twin: &str, at: &Location, first: &Location) {
    let finding = report.add(format!("'{label}' and '{twin}' are both labels of {ty}"), at);
    finding.related(first, format!("'{twin}' comes from here"));
    finding.help("keep one of them; rename a label with ALTER TYPE … RENAME VALUE");
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::Case;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        Case::new(files).of("label-case")
    }

    #[test]
    fn twins() {
        let create =
            |labels: &str| found(&[("1_a.sql", &format!("CREATE TYPE a AS ENUM ({labels});"))]);
        assert_eq!(create("'Open', 'closed', 'open'"), ["1_a.sql:1 warning"]);
        // Units.
        assert_eq!(create("'m', 'M', 'mL', 'ml', 'open', 'opened'"), [""; 0]);
        let add = "CREATE TYPE a AS ENUM ('open');\nALTER TYPE a ADD VALUE 'OPEN';\nALTER TYPE a RENAME VALUE 'open' TO 'Open';";
        assert_eq!(found(&[("1_a.sql", add)]), ["1_a.sql:2 warning", "1_a.sql:3 warning"]);
        let rename = "CREATE TYPE a AS ENUM ('open');\nALTER TYPE a RENAME VALUE 'open' TO 'OPEN';";
        assert_eq!(found(&[("1_a.sql", rename)]), [""; 0]);
    }

    #[test]
    fn a_label_that_is_written_otherwise() {
        let text = "CREATE TYPE a AS ENUM ('open');\nCREATE TABLE t (a a);\nINSERT INTO t VALUES ('Open');";
        assert_eq!(found(&[("1_a.sql", text)]), ["1_a.sql:3 error"]);
    }
}
