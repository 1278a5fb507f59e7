//! `cargo pg-enum state`: every enum that the migrations leave, and what made each label; with `--tables`, every table
//! and view as well.

mod tables;

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use pg_enum_migrations::folder::Source;
use pg_enum_migrations::{Finding, Kind, Location};
use serde::Serialize;

use crate::failure::Failure;
use crate::migrations::Replayed;
use crate::project::Overrides;
use crate::text::{self, aligned, slashed, visible};
use crate::{Status, Streams, print, report};

/// Print the enums, and the tables, that migrations leave
///
/// Each label and each column has the migration that made it. No database is needed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    migrations: Overrides,
    /// Continue with the next migration after a refused one
    #[arg(long)]
    keep_going: bool,
    /// Stop after this migration
    #[arg(long, value_name = "VERSION")]
    at: Option<String>,
    /// Print tables and views with their columns as well
    #[arg(long)]
    tables: bool,
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print the SQL that creates these enums, and the columns of these tables, in an empty database
    #[arg(long, conflicts_with = "format")]
    sql: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A table
    Text,
    /// JSON
    Json,
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let mut request = arguments.migrations.request_here(streams)?;
    request.keep_going = arguments.keep_going;
    let replayed = request.replay(arguments.at.as_deref(), streams)?;
    let replay = &replayed.replay;
    match arguments.format {
        Format::Text
            if replay.enums.is_empty() && (replay.tables.is_empty() || !arguments.tables) =>
        {
            let count = text::count(replay.replayed, "migration");
            let what = if arguments.tables { "enums and no tables" } else { "enums" };
            let is_unknown = |finding: &Finding| matches!(finding.kind, Kind::Unknown { .. });
            let is_doubtful =
                replayed.is_refused() || replayed.replay.findings.iter().any(is_unknown);
            let known = if is_doubtful { "known " } else { "" };
            // An error here is not important.
            let _ = writeln!(streams.err, "no {known}{what} after {count}");
        }
        Format::Text if arguments.sql => print(streams, |out| {
            write!(out, "{}", replay.create_sql())?;
            if arguments.tables {
                write!(out, "{}", replay.tables_sql())?;
            }
            Ok(())
        })?,
        Format::Text => print(streams, |out| {
            write_text(&replayed, out)?;
            if arguments.tables {
                tables::write_text(&replayed, out)?;
            }
            Ok(())
        })?,
        Format::Json if arguments.tables => {
            print(streams, |out| tables::write_json(&replayed, out))?;
        }
        Format::Json => print(streams, |out| write_json(&replayed, out))?,
    }
    Ok(report::print(&replayed, streams))
}

/// A label or a name that is longer than this does not push the other columns away.
const WIDEST: usize = 48;

fn write_text(replayed: &Replayed, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = Lines::default();
    let mut rows: Vec<[String; 3]> = Vec::new();
    // Where each enum begins.
    let mut begins = Vec::new();
    let mut row = |first: String, migration: usize, at: &Location| {
        let path = replayed.folder.root.join(at.path());
        let place = format!("{}:{}", visible(&path.to_string_lossy()), lines.line(at));
        [first, visible(version(replayed, migration)), place]
    };
    for state in &replayed.replay.enums {
        begins.push(rows.len());
        let mut name = text::type_name(&state.schema, &state.name);
        if !state.known {
            name += " (uncertain)";
        }
        rows.push(row(name, state.migration, &state.created));
        for label in &state.labels {
            let text = format!("  {}", text::label(&label.text));
            rows.push(row(text, label.migration, &label.at));
        }
    }
    for (index, line) in aligned(&rows, WIDEST).iter().enumerate() {
        if index > 0 && begins.binary_search(&index).is_ok() {
            writeln!(out)?;
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonEnum<'a> {
    schema: &'a str,
    name: &'a str,
    labels: Vec<&'a str>,
    known: bool,
    created: JsonPlace<'a>,
    label_origins: Vec<JsonLabel<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    label: &'a str,
    #[serde(flatten)]
    place: JsonPlace<'a>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    file: String,
    line: usize,
    migration: &'a str,
}

fn json_enums(replayed: &Replayed) -> Vec<JsonEnum<'_>> {
    let mut lines = Lines::default();
    let mut place = |at: &Location, migration: usize| JsonPlace {
        file: slashed(at.path()),
        line: lines.line(at),
        migration: version(replayed, migration),
    };
    // Most often, nothing is looked up.
    let mut of_path: HashMap<&Path, usize> = HashMap::new();
    if !replayed.replay.perhaps.is_empty() {
        for (index, migration) in replayed.folder.migrations.iter().enumerate() {
            of_path.entry(migration.path()).or_insert(index);
        }
    }
    let migration_of = |at: &Location| of_path.get(at.path()).copied().unwrap_or(usize::MAX);
    // What a statement may have created whose effect is not known.
    let perhaps = replayed.replay.perhaps.iter().map(|(schema, name, at)| JsonEnum {
        schema,
        name,
        labels: Vec::new(),
        known: false,
        created: place(at, migration_of(at)),
        label_origins: Vec::new(),
    });
    let mut enums: Vec<JsonEnum<'_>> = perhaps.collect();
    enums.extend(replayed.replay.enums.iter().map(|state| {
        JsonEnum {
            schema: &state.schema,
            name: &state.name,
            labels: state.labels.iter().map(|label| &*label.text).collect(),
            known: state.known,
            created: place(&state.created, state.migration),
            label_origins: state
                .labels
                .iter()
                .map(|label| JsonLabel {
                    label: &label.text,
                    place: place(&label.at, label.migration),
                })
                .collect(),
        }
    }));
    enums.sort_by(|one, other| (one.schema, one.name).cmp(&(other.schema, other.name)));
    enums
}

fn write_json(replayed: &Replayed, out: &mut dyn Write) -> io::Result<()> {
    let json = serde_json::to_string_pretty(&json_enums(replayed))?;
    writeln!(out, "{}", text::printable_json(&json))
}

/// The version of a migration of the folder's.
fn version(replayed: &Replayed, migration: usize) -> &str {
    replayed.folder.migrations.get(migration).map_or("", |migration| &migration.version)
}

/// The lines of files. To count them for every label anew takes long where there are many.
#[derive(Default)]
struct Lines {
    starts: HashMap<*const Source, Vec<usize>>,
}

impl Lines {
    fn line(&mut self, at: &Location) -> usize {
        let starts = self.starts.entry(Arc::as_ptr(&at.source)).or_insert_with(|| {
            at.source.text.match_indices('\n').map(|(end, _)| end + 1).collect()
        });
        starts.partition_point(|start| *start <= at.range.start) + 1
    }
}
