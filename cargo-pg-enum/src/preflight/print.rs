//! Prints a preflight, as text or as JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::Preflight;
use crate::problem::Severity;
use crate::runner::{History, Table};
use crate::text::{brief, count, printable_json, slashed, visible};

/// The number of characters of a name to show.
const NAME: usize = 100;

/// Prints the state of the database and the pending changes. The findings follow on standard error.
pub(crate) fn write_text(preflight: &Preflight, out: &mut dyn Write) -> io::Result<()> {
    let Preflight { server, standing, plan, rewrites, .. } = preflight;
    writeln!(
        out,
        "PostgreSQL {}, database {}, user {}",
        visible(&server.version),
        brief(&server.database, NAME),
        brief(&server.user, NAME)
    )?;
    let folder = &standing.folder;
    let dir = visible(&folder.root.to_string_lossy());
    let Some(plan) = plan else {
        return writeln!(out, "{dir} ({}): the applied migrations are unknown", folder.tool);
    };
    let (applied, pending) = (plan.applied, plan.pending());
    let total = count(folder.migrations.len(), "migration");
    write!(out, "{dir} ({}): {applied} of {total} applied", folder.tool)?;
    let last = standing.history.as_ref().and_then(History::last);
    if let Some(last) = last.and_then(|last| folder.migrations.get(last)) {
        write!(out, ", the last one {}", brief(&last.version, NAME))?;
    }
    writeln!(out)?;
    if pending.is_empty() {
        return writeln!(out, "nothing is pending");
    }
    writeln!(out)?;
    for (index, migration) in pending.iter().enumerate() {
        let steps = || plan.steps.iter().filter(move |step| step.migration == index);
        let nothing = if steps().next().is_none() { ": no changes to enums" } else { "" };
        writeln!(out, "pending {}{nothing}", brief(&migration.name, NAME))?;
        for step in steps() {
            let (name, words) = (step.type_name(), step.words());
            let path = folder.root.join(step.at.path());
            let place = format!("{}:{}", visible(&path.to_string_lossy()), step.at.line());
            writeln!(out, "  {}: {words}  ({place})", brief(&name, NAME))?;
        }
    }
    if !plan.steps.is_empty() && !rewrites {
        writeln!(out, "\nas far as the statements show, this locks and rewrites no table")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Json<'a> {
    server: JsonServer<'a>,
    tool: &'a str,
    /// `null` if there is no table.
    table: Option<String>,
    /// `null` if it is unknown.
    applied: Option<Vec<&'a str>>,
    pending: Option<Vec<JsonMigration<'a>>>,
    /// Whether the pending migrations rewrite tables, as far as their statements show.
    rewrites_tables: bool,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonServer<'a> {
    version: &'a str,
    version_num: i32,
    database: &'a str,
    user: &'a str,
}

#[derive(Serialize)]
struct JsonMigration<'a> {
    version: &'a str,
    name: &'a str,
    changes: Vec<JsonChange>,
}

#[derive(Serialize)]
struct JsonChange {
    #[serde(rename = "type")]
    type_name: String,
    change: &'static str,
    text: String,
    file: String,
    line: usize,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(rename = "type")]
    type_name: Option<&'a str>,
    migration: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    notes: &'a [String],
    help: Option<&'a str>,
}

pub(crate) fn write_json(preflight: &Preflight, out: &mut dyn Write) -> io::Result<()> {
    let Preflight { server, standing, plan, rewrites, findings } = preflight;
    let folder = &standing.folder;
    let applied = standing.history.as_ref().map(|history| {
        let of = |index: &usize| folder.migrations.get(*index).map(|it| &*it.version);
        history.applied.iter().filter_map(of).collect()
    });
    let pending = plan.as_ref().map(|plan| {
        let migrations = plan.pending().iter().enumerate().map(|(index, migration)| {
            let steps = plan.steps.iter().filter(|step| step.migration == index);
            let changes = steps.map(|step| JsonChange {
                type_name: step.type_name(),
                change: step.kind(),
                text: step.words(),
                file: slashed(&folder.root.join(step.at.path())),
                line: step.at.line(),
            });
            let (version, name) = (&*migration.version, &*migration.name);
            JsonMigration { version, name, changes: changes.collect() }
        });
        migrations.collect()
    });
    let findings = findings.iter().map(|finding| {
        let problem = &finding.problem;
        let place = problem.places.first();
        JsonFinding {
            code: problem.code,
            severity: finding.problem.severity.as_str(),
            message: &problem.message,
            type_name: problem.type_name.as_deref(),
            migration: finding.migration.as_deref(),
            file: place.map(|place| slashed(&place.path())),
            line: place.map(|place| place.at.line()),
            notes: &problem.notes,
            help: problem.help.as_deref(),
        }
    });
    let json = Json {
        server: JsonServer {
            version: &server.version,
            version_num: server.number,
            database: &server.database,
            user: &server.user,
        },
        tool: folder.tool.as_str(),
        table: standing.table.as_ref().map(Table::full_name),
        applied,
        pending,
        rewrites_tables: *rewrites,
        findings: findings.collect(),
    };
    let json = serde_json::to_string_pretty(&json)?;
    writeln!(out, "{}", printable_json(&json))
}

impl Preflight {
    /// The text of the last line: the number of findings of each severity.
    pub(crate) fn summary(&self) -> String {
        let parts = [
            (self.count(Severity::Error), "error"),
            (self.count(Severity::Warning), "warning"),
            (self.count(Severity::Note), "note"),
        ];
        let clear = parts[..2].iter().all(|(number, _)| *number == 0);
        let nothing = clear.then(|| "no problems found".to_owned());
        let counts = parts.iter().filter(|(number, _)| *number > 0);
        let counts = counts.map(|(number, noun)| count(*number, noun));
        nothing.into_iter().chain(counts).collect::<Vec<_>>().join(", ")
    }
}
