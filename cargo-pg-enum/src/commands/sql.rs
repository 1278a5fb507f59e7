//! `cargo pg-enum sql`: prints the SQL of the enums.

use std::io::{self, Write};

use serde::Serialize;

use super::Format;
use crate::enums::Derived;
use crate::failure::Failure;
use crate::output;
use crate::problem::Problem;
use crate::project::Selection;
use crate::text::{nearest, printable_json};
use crate::{Status, Streams, print};

/// Print the SQL of the enums
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The enums, by Rust name, path or type name; the default is all
    #[arg(value_name = "ENUM")]
    enums: Vec<String>,
    #[command(flatten)]
    project: Selection,
    #[command(flatten)]
    kind: Kind,
    /// Print the output in this format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(clap::Args)]
#[group(multiple = false)]
struct Kind {
    /// Print the statement that creates the type or checks the existing one, for the up migration (default)
    #[arg(long, visible_alias = "create")]
    up: bool,
    /// Print the statement that drops the type, for the down migration
    #[arg(long, visible_alias = "drop")]
    down: bool,
}

impl Kind {
    fn sql(&self, derived: &Derived) -> String {
        derived.definition(|definition| {
            if self.down {
                definition.drop_sql().to_string()
            } else {
                definition.create_sql().to_string()
            }
        })
    }
}

pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let enums = arguments.project.project(streams)?.enums(streams)?;
    let mut chosen = choose(&enums, &arguments.enums)?;
    let mistakes: Vec<Problem> = chosen.iter().flat_map(|derived| derived.mistakes()).collect();
    if !mistakes.is_empty() {
        output::Format::Text.print(&mistakes, streams)?;
        return Ok(Status::Findings);
    }
    if arguments.kind.down {
        chosen.reverse();
    }
    print(streams, |out| match arguments.format {
        Format::Text => write_text(&chosen, &arguments.kind, out),
        Format::Json => write_json(&chosen, &arguments.kind, out),
    })?;
    Ok(Status::Clean)
}

/// The given enums, in source order; each name must exist.
fn choose<'a>(enums: &'a [Derived], wanted: &[String]) -> Result<Vec<&'a Derived>, Failure> {
    for name in wanted {
        if !enums.iter().any(|derived| is_called(derived, name)) {
            let failure = Failure::new(format!("no enum is called `{name}`"));
            let names: Vec<String> =
                enums.iter().map(|derived| derived.model.ident.to_string()).collect();
            return Err(match nearest(name, names.iter().map(String::as_str)) {
                Some(near) => failure.with_help(format!("the nearest is `{near}`")),
                None => failure.with_help("no enum in the packages derives `PgEnum`"),
            });
        }
    }
    let chosen = |derived: &&Derived| {
        wanted.is_empty() || wanted.iter().any(|name| is_called(derived, name))
    };
    Ok(enums.iter().filter(chosen).collect())
}

fn is_called(derived: &Derived, name: &str) -> bool {
    let model = &derived.model;
    let qualified = model
        .schema
        .as_ref()
        .and_then(|schema| name.strip_prefix(&*schema.value)?.strip_prefix('.'));
    model.ident == name
        || derived.path == name
        || derived.path.ends_with(&format!("::{name}"))
        || model.name.value == name
        || qualified == Some(&*model.name.value)
}

fn write_text(enums: &[&Derived], kind: &Kind, out: &mut dyn Write) -> io::Result<()> {
    for (index, derived) in enums.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        write!(out, "{}", kind.sql(derived))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonSql<'a> {
    path: &'a str,
    schema: Option<&'a str>,
    name: &'a str,
    sql: String,
}

fn write_json(enums: &[&Derived], kind: &Kind, out: &mut dyn Write) -> io::Result<()> {
    let sql = enums.iter().map(|derived| JsonSql {
        path: &derived.path,
        schema: derived.model.schema.as_ref().map(|schema| &*schema.value),
        name: &derived.model.name.value,
        sql: kind.sql(derived),
    });
    let json = serde_json::to_string_pretty(&sql.collect::<Vec<_>>())?;
    writeln!(out, "{}", printable_json(&json))
}
