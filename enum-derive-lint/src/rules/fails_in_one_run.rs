//! A type that one run does not create again.

use super::creations::creations;
use crate::report::Report;
use crate::rule::Rule;
use crate::severity::Severity;
use crate::subject::Subject;

pub(super) const RULE: Rule = Rule {
    code: "fails-in-one-run",
    summary: "a type is dropped and created again, which fails where all migrations are applied in one run",
    severity: Severity::Error,
    is_off: false,
    explanation: include_str!("fails_in_one_run.md"),
    check,
};

fn check(subject: &Subject<'_>, report: &mut Report) {
    let refused: Vec<_> =
        subject.refused(&["42704"]).filter(|(_, finding)| !finding.only_apart).collect();
    if refused.is_empty() {
        return;
    }
    let all: Vec<_> = creations(subject).filter(|it| it.statement.once.is_some()).collect();
    for (index, refused) in refused {
        let Some(again) = all.iter().position(|it| {
            it.statement.at == refused.at
                && refused.message.contains(&format!("\"{}\"", it.ty.name))
        }) else {
            continue;
        };
        let again_of = &all[again];
        let first = all[..again].iter().find(|it| it.statement.once == again_of.statement.once);
        let Some(first) = first else { continue };
        report.explain(index);
        let message = format!(
            "type `{}` is not created again here: where all revisions are applied in one run, this fails with 42704",
            again_of.ty
        );
        let finding = report.add(message, &refused.at);
        finding.related(
            &first.statement.at,
            "SQLAlchemy creates it here, and remembers that for the whole run",
        );
        finding.note("it passes where the revisions are applied in separate runs");
        finding.help(
            "create the type with op.execute(\"CREATE TYPE …\"), and give the column `postgresql.ENUM(…, create_type=False)`",
        );
    }
}
