//! `cargo pg-enum diff`: the steps from the types of a database to the enums.

use std::io::{self, Write};

use pg_enum_core::plan::Step;
use serde::Serialize;

use super::{Format, online};
use crate::database::{Database, Session};
use crate::effects::{self, JsonEffects};
use crate::enums::Derived;
use crate::failure::Failure;
use crate::live_plan::{Planning, plans};
use crate::project::Selection;
use crate::text::{count, printable_json};
use crate::{Status, Streams, print};

/// Print the SQL that changes a database to match the enums
///
/// Nothing is changed. Everything that depends on a type is read from the database, converted or restored.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    database: Database,
    /// Plan enums without a schema in every schema whose name is LIKE this, instead of in `search_path`
    #[arg(long, value_name = "PATTERN", conflicts_with = "online")]
    schemas: Option<String>,
    /// Also print steps that remove labels or change rows
    #[arg(long)]
    allow_destructive: bool,
    /// Print how `online` replaces types while the database is in use, instead of a migration
    #[arg(long, conflicts_with = "format")]
    online: bool,
    /// Print the steps in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let mut session = arguments.database.open()?;
    let done = differences(arguments, &enums, &mut session, streams);
    session.close();
    done
}

fn differences(
    arguments: &Arguments,
    enums: &[Derived],
    session: &mut Session,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    let planned = online::planned(enums);
    let mut found: Vec<_> = enums.iter().flat_map(Derived::mistakes).collect();
    let schemas = arguments.schemas.as_deref();
    let Planning { plans, problems, notes, bodies } =
        session.run(async |connection| plans(connection, &planned, schemas).await)?;
    found.extend(problems);
    if !found.is_empty() {
        return online::findings(&found, enums.len(), streams);
    }
    let steps: Vec<&Step> = plans.iter().flat_map(|plan| &plan.steps).collect();
    let refusal = effects::refusal(
        steps.iter().copied(),
        "add --allow-destructive to see the SQL, and read it before you run it",
    );
    if let Some(refusal) = refusal.filter(|_| !arguments.allow_destructive) {
        return Err(refusal);
    }
    if arguments.online {
        return online::show(session, &planned, streams);
    }
    print(streams, |out| match arguments.format {
        Format::Text if steps.is_empty() => {
            let verb = if planned.len() == 1 { "agrees" } else { "agree" };
            writeln!(
                out,
                "nothing to do: {} {verb} with the database",
                count(planned.len(), "enum")
            )
        }
        Format::Text => write_text(&steps, out),
        Format::Json => write_json(&steps, out),
    })?;
    for note in bodies.iter().chain(&notes) {
        streams.note(note);
    }
    Ok(if steps.is_empty() { Status::Clean } else { Status::Findings })
}

fn write_text(steps: &[&Step], out: &mut dyn Write) -> io::Result<()> {
    for (index, step) in steps.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write!(out, "{}", effects::comment(step))?;
        write!(out, "{}", step.up_sql())?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonStep {
    step: String,
    destructive: bool,
    #[serde(flatten)]
    effects: JsonEffects,
    sql: String,
}

fn write_json(steps: &[&Step], out: &mut dyn Write) -> io::Result<()> {
    let json = |step: &&Step| JsonStep {
        step: step.summary().to_string(),
        destructive: step.is_destructive(),
        effects: step.effects().into(),
        sql: step.up_sql().to_string(),
    };
    let json = serde_json::to_string_pretty(&steps.iter().map(json).collect::<Vec<_>>())?;
    writeln!(out, "{}", printable_json(&json))
}
