//! What is said of a model that disagrees with its table.

use pg_enum_core::model::{Mismatch, Problem as Kind, Similar};
use pg_enum_core::record::{RecordedColumn, RecordedTable};
use pg_enum_migrations::folder::Tool;
use pg_enum_python::{Column, Model, TableName, Type};

use super::{column_place, place, shown_column, shown_table};
use crate::folders::Contents;
use crate::models::There;
use crate::problem::{Place, Problem, Severity};
use crate::text::{count, identifier, list, quoted, type_name, visible};

/// Columns that one message names.
const COLUMNS: usize = 10;
/// Characters of a note.
const NOTE: usize = 900;
/// From how many columns on that a table lacks, one finding lists them.
const MANY: usize = 4;

/// A model beside its table.
pub(super) struct Beside<'a> {
    pub(super) model: &'a Model,
    pub(super) contents: &'a Contents,
    pub(super) table: &'a RecordedTable,
}

impl Beside<'_> {
    fn there(&self) -> There<'_> {
        There { contents: self.contents, table: self.table }
    }

    fn table_name(&self) -> String {
        type_name(&self.table.schema, &self.table.name)
    }

    /// The entry of `accept` for a column.
    pub(super) fn entry(&self, column: &RecordedColumn) -> String {
        self.there().entry(column)
    }
}

/// What the migrations of a folder are called.
pub(super) fn noun(contents: &Contents) -> &'static str {
    match contents.replayed.folder.tool {
        Tool::Alembic => "revision",
        _ => "migration",
    }
}

/// A table that no migration creates.
pub(super) fn no_table(model: &Model, table: &TableName, contents: &Contents) -> Problem {
    let noun = noun(contents);
    let (table, name) = (shown_table(table), visible(&model.name));
    let message = format!("no {noun} creates the table {table} of `{name}`");
    let mut problem = Problem::new("model-table-missing", message, place(model, ""));
    problem.severity = Severity::Warning;
    let types = enum_names(model.columns.iter());
    if !types.is_empty() {
        problem.notes.push(format!("it has columns of these enum types: {}", list(types, COLUMNS)));
    }
    problem.help = Some(format!("create it in a {noun}, or remove the model"));
    problem
}

/// The columns that a table lacks: each by itself, or many of them in one finding.
pub(super) fn lacking(
    beside: &Beside<'_>,
    columns: Vec<&Column>,
    mismatches: &[Mismatch],
) -> Vec<Problem> {
    let Beside { model, contents, table } = beside;
    let there = table.columns.len();
    let is_stub = columns.len() > 1 && columns.len() > there
        || columns.len() >= MANY && columns.len() * 2 >= model.columns.len();
    if !is_stub && columns.len() < MANY {
        return columns.into_iter().map(|it| one_lacking(beside, it, mismatches)).collect();
    }
    let (noun, name) = (noun(contents), visible(&model.name));
    let message = format!(
        "table {} has {} in the migrations and {} in `{name}`; {} created by no {noun}",
        beside.table_name(),
        count(there, "column"),
        model.columns.len(),
        match columns.len() {
            1 => "1 column is".to_owned(),
            many => format!("{many} columns are"),
        }
    );
    let at_model = place(model, if is_stub { "the model is here" } else { "" });
    let at_table =
        beside.there().table_place(if is_stub { "" } else { "the table is created here" });
    let mut problem = match (is_stub, at_table) {
        (true, Some(at_table)) => {
            let mut problem = Problem::new("stub-table", message, at_table);
            problem.severity = Severity::Warning;
            problem.places.push(at_model);
            problem
        }
        (_, at_table) => {
            let mut problem = Problem::new("no-columns", message, at_model);
            problem.places.extend(at_table);
            problem
        }
    };
    let names = columns.iter().map(|column| match &column.ty {
        Type::Sql(sql) => format!("{} {}", identifier(&column.name), visible(sql)),
        Type::Enum { of, .. } => format!("{} {}", identifier(&column.name), identifier(&of.name)),
        Type::Unknown => identifier(&column.name),
    });
    problem.notes.extend(notes(&format!("created by no {noun}: "), names));
    problem.help = Some(format!("add the columns in a {noun}"));
    vec![problem]
}

/// A list in as many notes as it needs.
fn notes(begin: &str, names: impl Iterator<Item = String>) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for name in names {
        match notes.last_mut() {
            Some(last) if last.len() + name.len() < NOTE => last.extend([", ", &*name]),
            _ => notes.push(format!("{begin}{name}")),
        }
    }
    notes
}

fn one_lacking(beside: &Beside<'_>, column: &Column, mismatches: &[Mismatch]) -> Problem {
    let noun = noun(beside.contents);
    let found = mismatches.iter().find_map(|mismatch| match &mismatch.problem {
        Kind::NoColumn { column: name, similar, .. } if *name == column.name => {
            Some((mismatch.problem.what().to_string(), similar.as_ref()))
        }
        _ => None,
    });
    let (message, similar) = found.unwrap_or_default();
    let mut problem = Problem::new("no-column", message, column_place(column, ""));
    let label = "the migrations have this one";
    let at = match similar {
        Some(Similar { name, .. }) => beside.there().column_place(name, label),
        None => beside.there().table_place("the table is created here"),
    };
    problem.places.extend(at);
    problem.notes.push(of_model(beside, column));
    problem.help = Some(match similar {
        Some(Similar { name, .. }) => {
            format!("rename the column to {}, or add it in a {noun}", quoted(name, '"'))
        }
        None => format!("add the column in a {noun}"),
    });
    problem
}

/// Which attribute a column is.
fn of_model(beside: &Beside<'_>, column: &Column) -> String {
    format!("it is `{}`", shown_column(beside.model, column))
}

/// A column whose values are of another kind.
pub(super) fn other_kind(
    beside: &Beside<'_>,
    column: &Column,
    there: &RecordedColumn,
    sql: &str,
) -> Problem {
    let is = there.types.first().map_or("another type", |ty| &*ty.sql);
    let message = format!(
        "column {}.{} is {is}, but `{}` is {}",
        beside.table_name(),
        identifier(&there.name),
        shown_column(beside.model, column),
        visible(sql)
    );
    let mut problem = Problem::new("column-type", message, column_place(column, ""));
    problem.places.extend(beside.there().column_place(&there.name, "the column has its type here"));
    let noun = noun(beside.contents);
    problem.help = Some(format!("change the type in the model, or that of the column in a {noun}"));
    problem
}

/// Columns that can be NULL, where the model says that they cannot.
pub(super) fn loose(
    beside: &Beside<'_>,
    columns: &[(&Column, &RecordedColumn)],
) -> Option<Problem> {
    let (are, they) = if columns.len() == 1 { ("is", "it") } else { ("are", "they") };
    let what = format!("can be NULL, but {are} NOT NULL in");
    let mut problem = nullability(beside, columns, "column-null", &what)?;
    let noun = noun(beside.contents);
    problem.help =
        Some(format!("add NOT NULL in a {noun}, or say in the model that {they} can be NULL"));
    Some(problem)
}

/// Columns that are NOT NULL, where the model says that they can be NULL.
pub(super) fn strict(
    beside: &Beside<'_>,
    columns: &[(&Column, &RecordedColumn)],
) -> Option<Problem> {
    let are = if columns.len() == 1 { "is" } else { "are" };
    let what = format!("{are} NOT NULL, but can be NULL in");
    let mut problem = nullability(beside, columns, "column-not-null", &what)?;
    let noun = noun(beside.contents);
    problem.help = Some(format!("say `nullable=False` in the model, or drop NOT NULL in a {noun}"));
    Some(problem)
}

fn nullability(
    beside: &Beside<'_>,
    columns: &[(&Column, &RecordedColumn)],
    code: &'static str,
    what: &str,
) -> Option<Problem> {
    let ((first, there), rest) = columns.split_first()?;
    let noun = if rest.is_empty() { "column" } else { "columns" };
    let names = list(columns.iter().map(|(_, there)| identifier(&there.name)), COLUMNS);
    let (table, name) = (beside.table_name(), visible(&beside.model.name));
    let message = format!("{noun} {names} of {table} {what} `{name}`");
    let mut problem = Problem::new(code, message, column_place(first, ""));
    problem.severity = Severity::Warning;
    let places = rest.iter().take(COLUMNS).map(|(column, _)| column_place(column, ""));
    problem.places.extend(places);
    let at: Option<Place> = beside.there().column_place(&there.name, "the column is here");
    problem.places.extend(at);
    Some(problem)
}

/// The names of the enum types of columns, each once.
fn enum_names<'c>(columns: impl Iterator<Item = &'c Column>) -> Vec<String> {
    let mut names: Vec<String> =
        columns.filter_map(super::enum_of).map(|(of, _)| identifier(&of.name)).collect();
    names.sort_unstable();
    names.dedup();
    names
}
