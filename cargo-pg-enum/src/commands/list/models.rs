//! The models.

use std::io::{self, Write};

use serde::Serialize;

use super::{LABELS, standing};
use crate::commands::Format;
use crate::compare::Standing;
use crate::failure::Failure;
use crate::models::{Reason, Row};
use crate::text::{self, WIDEST, aligned, brief, slashed, visible};
use crate::{Streams, print};

/// Tables of one model that are named: a `FromRow` struct may be a row of many.
const TABLES: usize = 3;

pub(super) fn run(
    mut rows: Vec<Row>,
    format: Format,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let key = |row: &Row| (row.path.clone(), row.driver);
    rows.sort_by_cached_key(key);
    match format {
        Format::Text if rows.is_empty() => {
            // An error here is not important.
            let _ = writeln!(streams.err, "no model is found in the source");
            Ok(())
        }
        Format::Text => print(streams, |out| write_text(&rows, out)),
        Format::Json => print(streams, |out| write_json(&rows, out)),
    }
}

fn write_text(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            let tables = match &row.tables[..] {
                [] => "-".to_owned(),
                tables => text::list(tables.iter().cloned(), TABLES),
            };
            let columns = match row.columns {
                0 => "-".to_owned(),
                columns => text::count(columns, "column"),
            };
            let place =
                format!("{}:{}", visible(&row.at.path().to_string_lossy()), row.at.at.line());
            let path = visible(&row.path);
            [path, row.driver.to_owned(), tables, columns, standing(&row.standing), place]
        })
        .collect();
    for (line, row) in aligned(&cells, WIDEST).iter().zip(rows) {
        writeln!(out, "{line}")?;
        if let Some(reason) = row.reason() {
            writeln!(out, "  not compared: {}", brief(&reason.to_string(), LABELS))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonModel<'a> {
    path: &'a str,
    /// The derive or the macro that makes it one.
    driver: &'a str,
    file: String,
    line: usize,
    tables: &'a [String],
    columns: usize,
    state: &'static str,
    problems: usize,
    /// The code of the reason, and the reason in words.
    reason_code: Option<&'static str>,
    reason: Option<String>,
}

fn write_json(rows: &[Row], out: &mut dyn Write) -> io::Result<()> {
    let models = rows.iter().map(|row| {
        let (state, problems) = match &row.standing {
            Standing::Agrees => ("agrees", 0),
            Standing::Differs(count) => ("differs", *count),
            Standing::NotCompared(_) => ("not-compared", 0),
        };
        JsonModel {
            path: &row.path,
            driver: row.driver,
            file: slashed(&row.at.path()),
            line: row.at.at.line(),
            tables: &row.tables,
            columns: row.columns,
            state,
            problems,
            reason_code: row.reason().map(Reason::code),
            reason: row.reason().map(ToString::to_string),
        }
    });
    let json = serde_json::to_string_pretty(&models.collect::<Vec<_>>())?;
    writeln!(out, "{}", text::printable_json(&json))
}
