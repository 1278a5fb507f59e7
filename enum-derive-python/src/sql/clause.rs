//! Expressions of SQL that are put together in Python.

use super::types::type_of;
use super::{hole, ident, literal};
use crate::run::{Run, Stop};
use crate::text::Text;
use crate::value::{Made, Value};

/// Functions that are called without brackets (`sqlalchemy/sql/functions.py`, `AnsiFunction`).
const BARE: [&str; 9] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "sysdate",
    "user",
];

/// The SQL of an expression, with values as literals.
pub(crate) fn clause(run: &mut Run<'_>, value: &Value) -> Result<String, Stop> {
    let sql = run.deeper(|run| clause_inside(run, value))?;
    Run::bounded(sql.len())?;
    Ok(sql)
}

fn clause_inside(run: &mut Run<'_>, value: &Value) -> Result<String, Stop> {
    Ok(match value {
        Value::None => "NULL".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Int(it) => it.to_string(),
        Value::Number(it) => it.to_string(),
        Value::Made(made) => made_clause(run, made)?,
        // `sa.func.now` without a call, `sa.true`
        Value::Name(name) if name.starts_with("sqlalchemy.") => hole(),
        value => match value.as_text() {
            Some(text) => string(text),
            None => hole(),
        },
    })
}

fn made_clause(run: &mut Run<'_>, made: &Made) -> Result<String, Stop> {
    let args = made.args.borrow().clone();
    let first = args.positional.first().cloned();
    let kind = made.kind();
    let is_function = made.of.contains(".func.") || made.of.contains(".functions.");
    if is_function {
        if BARE.contains(&kind) && args.positional.is_empty() {
            return Ok(kind.to_uppercase());
        }
        let mut inside = Vec::new();
        for argument in &args.positional {
            inside.push(clause(run, argument)?);
        }
        let path: Vec<&str> =
            made.of.rsplit_once(".func.").map_or(kind, |(_, path)| path).split('.').collect();
        let name: Vec<String> =
            path.iter().map(|part| pg_enum_core::Ident(part).to_string()).collect();
        return Ok(format!("{}({})", name.join("."), inside.join(", ")));
    }
    Ok(match kind {
        "text" => match first {
            Some(text) => raw(&text),
            None => hole(),
        },
        "literal_column" => match first.as_ref().and_then(Value::as_text) {
            Some(text) => text.text.clone(),
            None => hole(),
        },
        "literal" | "bindparam" if kind == "literal" => match first {
            Some(value) => clause(run, &value)?,
            None => hole(),
        },
        "column" | "Column" => first.map_or_else(hole, |name| ident(&name)),
        // `sa.desc("name")`, `sa.column("name").desc()`
        "desc" | "asc" | "nulls_first" | "nulls_last" | "nullsfirst" | "nullslast" => {
            let of = match made.keyword("@self").or(first) {
                Some(Value::Text(name)) => ident(&Value::Text(name)),
                Some(of) => clause(run, &of)?,
                None => hole(),
            };
            let order = match kind {
                "desc" => "DESC",
                "asc" => "ASC",
                "nulls_first" | "nullsfirst" => "NULLS FIRST",
                _ => "NULLS LAST",
            };
            format!("{of} {order}")
        }
        // `sa.Sequence("numbers").next_value()`
        "next_value" => match made.keyword("@self") {
            Some(Value::Made(sequence)) => {
                let (name, schema) = {
                    let args = sequence.args.borrow();
                    (args.get(0, "name").unwrap_or(Value::Unknown), args.named("schema"))
                };
                format!("nextval({})", literal(&super::qualified(schema.as_ref(), &name)))
            }
            _ => hole(),
        },
        "true" => "true".to_owned(),
        "false" => "false".to_owned(),
        "null" => "NULL".to_owned(),
        "cast" | "Cast" => match (&first, args.positional.get(1)) {
            (Some(value), Some(to)) => {
                let value = clause(run, value)?;
                let to = type_of(run, to, None)?;
                format!("CAST({value} AS {})", to.sql)
            }
            _ => hole(),
        },
        _ => hole(),
    })
}

/// What stands in `text("…")`, or in a string that stands for one.
pub(crate) fn raw(text: &Value) -> String {
    match text.as_text() {
        Some(text) => {
            let mut sql = String::with_capacity(text.text.len());
            for piece in super::binds::pieces(&text.text) {
                match piece {
                    super::binds::Piece::Text(text) => sql.push_str(text),
                    super::binds::Piece::Bind(_) => sql.push_str(&hole()),
                }
            }
            sql
        }
        None => hole(),
    }
}

/// What stands for SQL, as a condition or an expression: a string is taken as it is, and not as a literal.
pub(crate) fn sql_or_clause(run: &mut Run<'_>, value: &Value) -> Result<String, Stop> {
    match value {
        Value::Text(text) => Ok(text.text.clone()),
        value => clause(run, value),
    }
}

/// A string as a literal; a hole where none of it is known.
pub(crate) fn string(text: &Text) -> String {
    if *text == Text::hole() { hole() } else { literal(&text.text) }
}
