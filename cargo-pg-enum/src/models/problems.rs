//! What is said of a model that disagrees with its table, and what to do about it.

use std::path::Path;

use pg_enum_build::models::{Driver, FoundColumn, Query};
use pg_enum_core::model::{Problem as Mismatch, Similar};
use pg_enum_core::record::RecordedColumn;
use pg_enum_migrations::Location;

use super::beside::{Context, Held, Wanted, read_as, shown};
use crate::problem::{Place, Problem, Severity};
use crate::settings;
use crate::text::{brief, list, quoted, type_name, visible};

/// Columns that one message names.
const COLUMNS: usize = 10;
/// Characters of a type as it is written.
const TYPE: usize = 60;

/// How a type is another one.
pub(super) enum Difference {
    /// The Rust type, or Diesel's, is known: what `PgModel` says of it.
    Holds(String),
    /// It stands for the type of the database of this name.
    Named(String),
}

/// Something that `PgModel` would say as well.
pub(super) fn mismatch(held: &Held<'_>, found: &Mismatch, column: Option<&FoundColumn>) -> Problem {
    let model = held.context.model;
    let at = column.map_or(&model.found.at, |column| &column.at);
    let mut problem = Problem::new(found.code(), found.what().to_string(), model.place(at, ""));
    problem.places.extend(held.query_place("this query returns it"));
    let similar = match found {
        Mismatch::NoColumn { similar, .. } => similar.as_ref(),
        _ => None,
    };
    let there = match (found, column, similar) {
        (_, _, Some(similar)) => held.column_place(&similar.name, "the migrations have this one"),
        (Mismatch::NotJson { .. }, Some(column), _) => {
            held.column_place(&column.name, "the column is here")
        }
        _ => held.table_place("the table is created here"),
    };
    problem.places.extend(there);
    problem.help = Some(help(model.found.driver, found, similar));
    explained(held.context, problem)
}

fn help(driver: Driver, found: &Mismatch, similar: Option<&Similar>) -> String {
    if driver == Driver::DieselTable {
        return "write `schema.rs` anew with `diesel print-schema`, or add the column in a migration"
            .to_owned();
    }
    let (rename, skip) = match driver {
        Driver::SeaOrm => ("sea_orm(column_name", "sea_orm(ignore)"),
        Driver::PgModel => ("pg_model(column", "pg_model(skip)"),
        _ => ("sqlx(rename", "sqlx(skip)"),
    };
    match (found, similar) {
        (_, Some(similar)) => {
            format!("rename the field, or write `#[{rename} = {:?})]`", similar.name)
        }
        (Mismatch::NoFields { .. }, _) => "add the fields, or remove `complete`".to_owned(),
        (Mismatch::NotJson { .. }, _) => {
            "remove `json`, or change the type of the column".to_owned()
        }
        _ => format!("add the column in a migration, or `#[{skip}]` if the field is not a column"),
    }
}

/// A column that a query names and the table lacks.
pub(super) fn unknown_column(held: &Held<'_>, query: &Query, name: &str) -> Problem {
    let table = type_name(&held.table.schema, &held.table.name);
    let message =
        format!("this query selects the column {}, which {table} lacks", quoted(name, '"'));
    let model = held.context.model;
    let at = model.query_place(query, name, "").unwrap_or_else(|| model.place(&model.found.at, ""));
    let mut problem = Problem::new("no-column", message, at);
    problem.places.extend(held.table_place("the table is created here"));
    problem.help = Some("remove it from the query, or add the column in a migration".to_owned());
    explained(held.context, problem)
}

/// A field that a query does not return.
pub(super) fn not_selected(held: &Held<'_>, column: &FoundColumn, query: &Query) -> Problem {
    let model = held.context.model;
    let message = format!(
        "this query does not select {}, which `{}` reads",
        quoted(read_as(query, column), '"'),
        model.found.ident
    );
    let at = model
        .query_place(query, &query.table, "")
        .unwrap_or_else(|| model.place(&model.found.at, ""));
    let mut problem = Problem::new("not-selected", message, at);
    problem.places.push(model.place(&column.at, "the row must have this column"));
    problem.help =
        Some("add the column to the query, or `#[sqlx(default)]` to the field".to_owned());
    explained(held.context, problem)
}

/// A field or a column of `schema.rs` whose type is not that of the column.
pub(super) fn other_type(
    held: &Held<'_>,
    column: &FoundColumn,
    there: &RecordedColumn,
    how: Difference,
) -> Problem {
    let model = held.context.model;
    let name = format!(
        "{}.{}",
        type_name(&held.table.schema, &held.table.name),
        crate::text::identifier(&there.name)
    );
    let sql = there.types.first().map_or("another type", |ty| &*ty.sql);
    let written = brief(&column.ty.text, TYPE);
    let is_diesel = model.found.driver == Driver::DieselTable;
    let advice = if is_diesel { DIESEL } else { "change the type of the field or of the column" };
    let message = match how {
        Difference::Holds(text) if !is_diesel => {
            text.rsplit_once("; ").map_or(text.clone(), |(what, _)| what.to_owned())
        }
        Difference::Holds(_) => format!("column {name} is {sql}, which `{written}` does not read"),
        Difference::Named(other) => format!("column {name} is {sql}, but `{written}` is {other}"),
    };
    let mut problem = Problem::new("column-type", message, model.place(&column.at, ""));
    problem.places.extend(held.query_place("this query returns it"));
    problem.places.extend(held.column_place(&there.name, "the column has its type here"));
    problem.help = Some(advice.to_owned());
    explained(held.context, problem)
}

const DIESEL: &str =
    "write `schema.rs` anew with `diesel print-schema`, or change the type of the column";

/// Columns that may be NULL, while the model reads no NULL: nothing fails until there is one.
pub(super) fn nullable(
    held: &Held<'_>,
    columns: &[(&FoundColumn, &RecordedColumn)],
) -> Option<Problem> {
    let model = held.context.model;
    let (first, there) = columns.first()?;
    let table = type_name(&held.table.schema, &held.table.name);
    let names = columns.iter().map(|(_, there)| crate::text::identifier(&there.name));
    let (noun, fields) = match columns.len() {
        1 => ("column", "its field is not an `Option`"),
        _ => ("columns", "their fields are not `Option`s"),
    };
    let is_diesel = model.found.driver == Driver::DieselTable;
    let what = if is_diesel { "`schema.rs` does not say `Nullable`" } else { fields };
    let message = format!("{noun} {} of {table} can be NULL, but {what}", list(names, COLUMNS));
    let mut problem = Problem::new("column-null", message, model.place(&first.at, ""));
    // `PgModel` refuses it when it is compiled.
    if model.found.driver != Driver::PgModel {
        problem.severity = Severity::Warning;
    }
    problem.places.extend(columns.iter().skip(1).map(|(column, _)| model.place(&column.at, "")));
    problem.places.extend(held.column_place(&there.name, "the column is here"));
    let entries: Vec<String> = columns.iter().map(|(_, there)| held.entry(there)).collect();
    problem
        .notes
        .push(format!("to accept it, write `accept = {entries:?}` in {}", settings::place()));
    problem.help = Some(if is_diesel {
        "write `schema.rs` anew with `diesel print-schema`, or add NOT NULL in a migration"
            .to_owned()
    } else {
        "use `Option`, or add NOT NULL in a migration".to_owned()
    });
    Some(explained(held.context, problem))
}

/// Columns that an `INSERT` must give, and that `schema.rs` lacks.
pub(super) fn not_inserted(held: &Held<'_>, columns: &[&RecordedColumn]) -> Problem {
    let model = held.context.model;
    let table = type_name(&held.table.schema, &held.table.name);
    let names = list(columns.iter().map(|column| crate::text::identifier(&column.name)), COLUMNS);
    let message = format!(
        "an INSERT into {table} must give {names}, which `schema.rs` does not have: NOT NULL without a default"
    );
    let mut problem = Problem::new("not-inserted", message, model.place(&model.found.at, ""));
    let places =
        columns.iter().filter_map(|column| held.column_place(&column.name, "the column is here"));
    problem.places.extend(places);
    problem.help = Some(
        "write `schema.rs` anew with `diesel print-schema`, or give the column a default in a migration"
            .to_owned(),
    );
    explained(held.context, problem)
}

/// A table that the migrations create, and then drop or rename.
pub(super) fn gone(
    context: &Context<'_>,
    wanted: Wanted<'_>,
    query: Option<&Query>,
    root: &Path,
    at: &Location,
) -> Problem {
    let model = context.model;
    let message = format!("the migrations remove the table {}", shown(wanted));
    let own = model.found.table.as_ref().map(|table| model.place(&table.at, ""));
    let query =
        query.and_then(|query| model.query_place(query, &query.table, "this query reads it"));
    let (own, query) = match own {
        Some(own) => (own, query),
        None => (query.unwrap_or_else(|| model.place(&model.found.at, "")), None),
    };
    let mut problem = Problem::new("no-table", message, own);
    problem.places.extend(query);
    problem.places.push(Place::new(root, at, "it is dropped or renamed here"));
    problem.help = Some(match model.found.driver {
        Driver::DieselTable => "write `schema.rs` anew with `diesel print-schema`".to_owned(),
        _ => "remove the model, or create the table again in a migration".to_owned(),
    });
    explained(context, problem)
}

/// A table that `PgModel` names, and that no migration creates.
pub(super) fn no_table(context: &Context<'_>, table: &str, nearest: Option<&str>) -> Problem {
    let model = context.model;
    let at = model.found.table.as_ref().map_or(&model.found.at, |table| &table.at);
    let message = format!("no migration creates the table {}", visible(table));
    let mut problem = Problem::new("no-table", message, model.place(at, ""));
    problem.help = Some(match nearest {
        Some(nearest) => format!("the nearest is {}", visible(nearest)),
        None => "create the table in a migration, or write `external` if something else creates it"
            .to_owned(),
    });
    explained(context, problem)
}

fn explained(context: &Context<'_>, mut problem: Problem) -> Problem {
    let model = &context.model.found;
    let note = match model.driver {
        Driver::DieselTable => return problem,
        driver => format!("`{}` derives `{driver}`", model.ident),
    };
    problem.notes.insert(0, note);
    problem
}
