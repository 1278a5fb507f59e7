//! New labels and the transactions that a tool opens for migrations.

use pg_enum_migrations::folder::{Folder, Transaction};
use pg_enum_migrations::{Change, Location, Statement};

use super::finding::Finding;
use super::plan::Plan;
use crate::server::Server;
use crate::text::label;

/// Where the new labels of the pending migrations can be used.
pub(super) fn later(plan: &Plan) -> String {
    let Folder { tool, together, .. } = &plan.after.folder;
    if *together {
        return format!(
            "{tool} runs all pending migrations in one transaction: apply the migrations that add labels first, and release the ones that use them later"
        );
    }
    let per_statement = tool.running().usual == Transaction::PerStatement;
    let place =
        if per_statement { "after the COMMIT, or in a later file" } else { "in a later migration" };
    format!("use new labels {place}")
}

/// The rules for new labels in the server's version.
pub(super) fn of_labels(plan: &Plan, server: &Server) -> Option<Finding> {
    if server.number < 120_000 || !plan.adds_labels() {
        return None;
    }
    let except = if server.number < 170_000 {
        "even if the same transaction creates the type"
    } else {
        "unless the same transaction creates the type outside a savepoint and an EXCEPTION block"
    };
    let message = format!(
        "on PostgreSQL {}, a new label cannot be used in the transaction that adds it",
        server.version
    );
    let finding = Finding::note("server-version", message).with_note(format!(
        "SQLSTATE 55P04, {except}; DEFAULT, CHECK and enum_range also use the label"
    ));
    Some(finding.with_help(later(plan)))
}

/// The text of a new label in a statement of the same transaction, where its meaning is unknown.
pub(super) fn perhaps_used(plan: &Plan, server: &Server) -> Option<Finding> {
    // Replay reports a certain use as an error, and after an error nothing more is known.
    if plan.after.replay.findings.iter().any(pg_enum_migrations::Finding::stops) {
        return None;
    }
    let together = plan.after.folder.together;
    let statements: Vec<(usize, Statement)> = plan.statements().collect();
    for step in &plan.steps {
        let Change::LabelAdded { label: added, .. } = &step.change else { continue };
        let is_per_statement = plan
            .pending()
            .get(step.migration)
            .is_none_or(|migration| migration.transaction == Transaction::PerStatement);
        let made_here = plan.steps.iter().any(|made| {
            matches!(made.change, Change::Created { .. })
                && made.type_name() == step.type_name()
                && (together || made.migration == step.migration)
        });
        if is_per_statement || made_here && server.major() >= 17 {
            continue;
        }
        let literal = pg_enum_core::Literal(added).to_string();
        let behind =
            |at: &Location| at.source != step.at.source || at.range.start > step.at.range.start;
        let mut rest = statements.iter().filter(|(index, statement)| {
            let is_same = *index == step.migration || together && *index > step.migration;
            is_same && behind(&statement.at)
        });
        let ends = |statement: &Statement| {
            statement.words().next().is_some_and(|word| matches!(&*word, "commit" | "end"))
        };
        let found = rest.find(|(_, statement)| ends(statement) || may_use(statement, &literal));
        if let Some((index, statement)) = found.filter(|(_, statement)| !ends(statement)) {
            let message = format!(
                "this statement contains {}, in the same transaction that adds it to {}",
                label(added),
                step.type_name()
            );
            return Some(
                Finding::note("perhaps-used", message)
                    .of_type(step.type_name())
                    .of_migration(plan.version(*index))
                    .at(&plan.after.folder.root, &statement.at)
                    .with_note("if the statement uses the label, it fails with SQLSTATE 55P04")
                    .with_help(later(plan)),
            );
        }
    }
    None
}

/// Whether a statement contains a literal that may be a label, and does not itself change labels.
fn may_use(statement: &Statement, literal: &str) -> bool {
    let words: Vec<String> = statement.words().collect();
    let is_about_labels = matches!(
        words.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["alter" | "create", "type", ..] | ["comment", ..]
    );
    !is_about_labels && words.iter().any(|word| word == literal)
}
