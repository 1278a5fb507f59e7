//! What passes in one run and fails in several.

use super::creations::{creations, refused_at};
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "fails-only-when-apart",
    summary: "a migration passes where all are applied in one run, and fails where it is deployed after the others",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("fails_only_when_apart.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let apart = subject.replay.findings.iter().enumerate().filter(|(_, it)| it.only_apart);
    for (index, refused) in apart {
        // A type that two revisions create has a rule of its own.
        let is_created_twice = creations(subject).any(|it| {
            it.statement.at == refused.at
                && refused_at(subject, "42710", &it.statement.at) == Some(index)
                && (it.found(subject).is_some() || it.generic(subject).is_some())
        });
        if is_created_twice {
            continue;
        }
        report.explain(index);
        let message = format!(
            "this passes where all revisions are applied in one run, and fails where it is deployed after the others: {}",
            refused.message
        );
        let finding = report.add(message, &refused.at);
        finding.related.clone_from(&refused.related);
        finding.note(
            "SQLAlchemy remembers in a run which types it has created, and creates each once",
        );
        finding.help("create the type in one revision, and give the column here `postgresql.ENUM(…, create_type=False)`");
    }
}
