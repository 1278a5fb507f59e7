//! Finds the problems that pending migrations would have in a database. It only reads, in one read-only transaction
//! with time limits, with one query for each kind of object.

mod enums;
mod finding;
mod history;
mod placeholders;
mod plan;
mod print;
mod privileges;
mod server;
mod sessions;
mod tables;
mod transactions;

use std::time::Duration;

use sqlx::PgConnection;

pub(crate) use self::finding::Finding;
pub(crate) use self::plan::Plan;
pub(crate) use self::print::{write_json, write_text};
pub(crate) use self::server::check_writable;
use self::sessions::Question;
use self::tables::Tables;
use crate::database::{READ_ONLY, failed};
use crate::failure::Failure;
use crate::problem::Severity;
use crate::server::Server;
use crate::target::{Limits, Migrations, Standing, Target, begin, roll_back};
use crate::{catalog, runner};

/// The result.
pub(crate) struct Preflight {
    pub(crate) server: Server,
    pub(crate) standing: Standing,
    /// `None` if the applied migrations are unknown.
    pub(crate) plan: Option<Plan>,
    /// Whether the pending migrations rewrite tables.
    pub(crate) rewrites: bool,
    /// The most severe first.
    pub(crate) findings: Vec<Finding>,
}

/// Runs all checks.
pub(crate) async fn examine(
    connection: &mut PgConnection,
    target: &Target,
    migrations: &Migrations,
    at: Option<&str>,
    limits: Limits,
    long: Duration,
) -> Result<Preflight, Failure> {
    begin(connection, READ_ONLY, limits).await?;
    let server = Server::ask(connection).await?;
    let standing = target.standing(connection, migrations, at).await?;
    let mut findings = server::findings(&server);
    let (mut plan, mut rewrites) = (None, false);
    if let Some(history) = &standing.history {
        let (folder, applied) = (&standing.folder, &history.applied);
        let before = migrations.replay(folder, applied.iter().copied(), &server)?.replay.enums;
        let after = migrations.replay_pending(folder, applied, &history.pending, &server)?;
        plan = Some(Plan::new(before, after, applied.len()));
    }
    let of_history = history::findings(&standing, plan.as_ref(), &server.user, at.is_some());
    findings.extend(of_history);
    if let Some(made) = &plan {
        let live =
            catalog::enums(connection).await.map_err(|error| failed("read the enums", &error))?;
        let taken = enums::taken(connection, made).await?;
        findings.extend(enums::findings(made, &live, &taken));
        let tables = Tables::look_up(connection, made, &live).await?;
        findings.extend(tables.findings(made, &live));
        rewrites = !tables.locked(made).is_empty();
        findings.extend(privileges::findings(connection, &server, made, &live).await?);
        let tool = standing.folder.tool;
        let question = Question {
            server: &server,
            plan: made,
            tables: &tables,
            types: &enums::touched(made, &live),
            tool: tool.as_str(),
            tool_keys: &runner::lock_keys(tool, &server.database, standing.table.as_ref()),
            long,
        };
        findings.extend(question.findings(connection).await?);
        findings.extend(transactions::of_labels(made, &server));
        findings.extend(transactions::perhaps_used(made, &server));
        findings.extend(placeholders::findings(made));
        findings.extend(prepared_statements(made));
    }
    roll_back(connection).await;
    // The sort is stable.
    findings.sort_by_key(|finding| finding.problem.severity);
    Ok(Preflight { server, standing, plan, rewrites, findings })
}

/// The effects on prepared statements of running applications.
fn prepared_statements(plan: &Plan) -> Vec<Finding> {
    let dropped = "a statement prepared with the type fails on each connection until it is \
                   prepared again: with XX000 (cache lookup failed) if the type is a parameter, \
                   with 0A000 if it is in the result";
    let renamed = "a cached plan that contains the old label works until it is invalidated, and \
                   then fails with 22P02; the old label as a parameter fails immediately";
    let mut findings = Vec::new();
    for (kind, note) in [("dropped", dropped), ("label-renamed", renamed)] {
        let existing = plan.steps.iter().filter(|step| step.existed_as.is_some());
        let steps: Vec<_> = existing.filter(|step| step.kind() == kind).collect();
        let Some(first) = steps.first() else { continue };
        let mut names: Vec<_> = steps.iter().map(|step| step.type_name()).collect();
        names.dedup();
        let message =
            format!("prepared statements of applications that use {} may fail", names.join(", "));
        findings.push(
            Finding::note("prepared-statements", message)
                .of_type(first.type_name())
                .of_migration(plan.version(first.migration))
                .at(&plan.after.folder.root, &first.at)
                .with_note(note)
                .with_help(
                    "restart the applications, or let them reconnect; behind a pooler, reconnect \
                     the pooler's server connections (PgBouncer: RECONNECT)",
                ),
        );
    }
    findings
}

impl Preflight {
    pub(crate) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.problem.severity == severity).count()
    }
}
