//! Statements that fail in the transaction that a tool opens for a migration.

use pg_enum_migrations::folder::{Folder, Migration, Outside, Part, Transaction};
use pg_enum_migrations::{Change, Kind, Location, Statement};

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

pub(super) fn findings(plan: &Plan, server: &Server) -> Vec<Finding> {
    let mut findings = Vec::new();
    for migration in plan.pending() {
        findings.extend(outside_only(plan, migration));
    }
    findings.extend(perhaps_used(plan, server));
    findings
}

/// Statements that the server refuses in a transaction (`PreventInTransactionBlock`).
fn outside_only(plan: &Plan, migration: &Migration) -> Vec<Finding> {
    let Part::Sql(script) = &migration.up else { return Vec::new() };
    let tool = plan.after.folder.tool;
    let statements = script.statements();
    let outside = tool.running().outside;
    let mut is_open = match migration.transaction {
        Transaction::Explicit => outside != Outside::Found,
        // The server runs a string of several statements in a transaction, even after a COMMIT in the string.
        Transaction::Implicit => statements.len() > 1,
        Transaction::PerStatement => false,
    };
    let mut findings = Vec::new();
    for statement in statements {
        let words: Vec<String> = statement.words().take(WORDS).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match (migration.transaction, words.as_slice()) {
            (Transaction::Implicit, _) => {}
            (Transaction::PerStatement, ["begin", ..] | ["start", "transaction", ..]) => {
                is_open = true;
            }
            // After that, it depends on the tool whether there is a transaction.
            (_, ["commit" | "end" | "rollback" | "abort", rest @ ..])
                if !matches!(rest, ["to" | "prepared", ..] | [_, "to", ..]) =>
            {
                is_open = false;
            }
            _ => {}
        }
        let Some(what) = needs_none(&words).filter(|_| is_open) else { continue };
        let message =
            format!("{what} cannot run in a transaction, and {tool} opens one for this migration");
        findings.push(
            Finding::error("no-transaction", message)
                .of_migration(&*migration.version)
                .at(&plan.after.folder.root, &statement.at)
                .with_note("the server refuses it with SQLSTATE 25001")
                .with_help(without(outside)),
        );
    }
    findings
}

/// The number of words that identify a statement.
const WORDS: usize = 64;

/// The name of a statement that the server runs only outside a transaction.
fn needs_none(words: &[&str]) -> Option<&'static str> {
    let has = |wanted: &str| words.contains(&wanted);
    Some(match words {
        ["vacuum", ..] => "VACUUM",
        ["create", "database", ..] => "CREATE DATABASE",
        ["drop", "database", ..] => "DROP DATABASE",
        ["alter", "database", _, "set", "tablespace", ..] => "ALTER DATABASE … SET TABLESPACE",
        ["create", "tablespace", ..] => "CREATE TABLESPACE",
        ["drop", "tablespace", ..] => "DROP TABLESPACE",
        ["alter", "system", ..] => "ALTER SYSTEM",
        ["create", "index", "concurrently", ..]
        | ["create", "unique", "index", "concurrently", ..] => "CREATE INDEX CONCURRENTLY",
        ["drop", "index", "concurrently", ..] => "DROP INDEX CONCURRENTLY",
        ["reindex", "database" | "system" | "schema", ..] => "REINDEX of more than a table",
        ["reindex", "index" | "table", "concurrently", ..]
        | ["reindex", "(", "concurrently", ")" | ",", ..] => "REINDEX CONCURRENTLY",
        ["cluster"] | ["cluster", "verbose"] => "CLUSTER of all tables",
        ["alter", "table", rest @ ..]
            if rest.windows(2).any(|pair| pair == ["detach", "partition"])
                && rest.last() == Some(&"concurrently") =>
        {
            "DETACH PARTITION … CONCURRENTLY"
        }
        ["create", "subscription", ..] if !has("create_slot") && !has("connect") => {
            "CREATE SUBSCRIPTION"
        }
        ["alter", "subscription", _, "refresh", ..] => "ALTER SUBSCRIPTION … REFRESH",
        ["commit" | "rollback", "prepared", ..] => "COMMIT or ROLLBACK PREPARED",
        ["discard", "all"] => "DISCARD ALL",
        _ => return None,
    })
}

/// How to turn off the tool's transaction.
fn without(outside: Outside) -> &'static str {
    match outside {
        Outside::Asked(how) => how,
        Outside::Found | Outside::Never => {
            "run it by hand, because the tool runs every migration in a transaction"
        }
    }
}

/// The text of a new label in a statement of the same transaction, where its meaning is unknown.
fn perhaps_used(plan: &Plan, server: &Server) -> Option<Finding> {
    // Replay reports a certain use as an error, and after an error nothing more is known.
    if plan.after.replay.findings.iter().any(|it| matches!(it.kind, Kind::Refused { .. })) {
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
