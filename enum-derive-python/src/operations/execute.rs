//! SQL that is sent as it is.

use std::ops::Range;
use std::rc::Rc;

use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::words;

use crate::effects::{Effect, is_about_rows as about_rows};
use crate::facts::What;
use crate::run::{Run, Stop};
use crate::sql::binds::{Piece, pieces};
use crate::sql::clause::clause;
use crate::sql::{hole, ident, literal, qualified};
use crate::text::Text;
use crate::value::{Args, Made, Value};

/// What is said of SQL that is not known.
const UNKNOWN: &str = "what this sends is not known";

/// Sends a statement as `op.execute` and `connection.execute` do: a string goes through `text()` (`alembic/ddl/impl.py`,
/// `DefaultImpl._exec`). Gives the SQL that the server gets, where it is a text.
pub(super) fn send(
    run: &mut Run<'_>,
    sql: &Value,
    params: Option<&Value>,
    at: Range<usize>,
) -> Result<Option<String>, Stop> {
    match sql {
        Value::Text(text) => text_sent(run, text, &Args::default(), params, at),
        Value::Made(made) => made_sent(run, made, params, at),
        sql => match sql.as_text() {
            Some(text) => text_sent(run, &text.clone(), &Args::default(), params, at),
            None => {
                run.unknown(at, UNKNOWN);
                Ok(None)
            }
        },
    }
}

fn made_sent(
    run: &mut Run<'_>,
    made: &Made,
    params: Option<&Value>,
    at: Range<usize>,
) -> Result<Option<String>, Stop> {
    let args = made.args.borrow().clone();
    let first = args.positional.first().cloned();
    match made.kind() {
        "text" => match first.as_ref().and_then(Value::as_text) {
            Some(text) => return text_sent(run, &text.clone(), &args, params, at),
            None => run.unknown(at, UNKNOWN),
        },
        // `sqlalchemy/sql/ddl.py`: the text is formatted with `%`.
        "DDL" => match first.as_ref().and_then(Value::as_str) {
            Some(text) if !text.replace("%%", "").contains('%') => {
                run.send(at, text.replace("%%", "%"));
            }
            _ => run.unknown(at, UNKNOWN),
        },
        "CreateSchema" | "DropSchema" => {
            let is = |name: &str| matches!(args.named(name), Some(Value::Bool(true)));
            let name = args.get(0, "name").unwrap_or(Value::Unknown);
            let sql = match made.kind() {
                "CreateSchema" => {
                    format!(
                        "CREATE SCHEMA {}{}",
                        if is("if_not_exists") { "IF NOT EXISTS " } else { "" },
                        ident(&name)
                    )
                }
                _ => {
                    let guard = if is("if_exists") { "IF EXISTS " } else { "" };
                    format!(
                        "DROP SCHEMA {guard}{}{}",
                        ident(&name),
                        if is("cascade") { " CASCADE" } else { "" }
                    )
                }
            };
            run.send(at, sql);
        }
        "CreateSequence" | "DropSequence" => {
            let of = first
                .as_ref()
                .and_then(Value::as_made)
                .map(|of| of.args.borrow().clone())
                .unwrap_or_default();
            let (name, schema) = (of.get(0, "name").unwrap_or(Value::Unknown), of.named("schema"));
            let word = if made.kind() == "CreateSequence" { "CREATE" } else { "DROP" };
            run.send(at, format!("{word} SEQUENCE {}", qualified(schema.as_ref(), &name)));
        }
        "SetTableComment" | "SetColumnComment" => {}
        "AddConstraint" | "DropConstraint" | "CreateIndex" | "DropIndex" | "CreateTable"
        | "DropTable" | "CreateView" | "DropView" => {
            let at = run.at(at);
            run.effect(Effect::Tables { at });
        }
        "CreateEnumType" | "DropEnumType" => run.unknown(at, UNKNOWN),
        // `sa.update(t).values(…)`, `t.insert().values(…)`, `sa.select(…)`: rows.
        _ if is_statement(made) => run.rows(at),
        _ => run.unknown(at, UNKNOWN),
    }
    Ok(None)
}

/// Sends a text with its parameters.
fn text_sent(
    run: &mut Run<'_>,
    text: &Text,
    bound: &Args,
    params: Option<&Value>,
    at: Range<usize>,
) -> Result<Option<String>, Stop> {
    // Which statement it is, is not known.
    if text.text.trim_start().starts_with(HOLE) {
        run.unknown(at, UNKNOWN);
        return Ok(None);
    }
    let parts = pieces(&text.text);
    let is_lock = takes_lock(&text.text);
    let in_text = run.unstable.take().filter(|_| text.text.contains(HOLE));
    if is_lock && let Some(made) = in_text {
        unstable_key(run, &made, &at);
    }
    let is_verbatim = matches!(parts[..], [Piece::Text(part)] if part == text.text);
    if is_verbatim
        && let Some(place) = &text.place
        && run.is_at_home()
    {
        run.effect(Effect::Script(place.clone()));
        return Ok(Some(text.text.clone()));
    }
    let mut sql = String::with_capacity(text.text.len());
    for part in parts {
        match part {
            Piece::Text(text) => sql.push_str(text),
            Piece::Bind(name) => match bind(run, name, bound, params, is_lock.then_some(&at))? {
                Some(value) => sql.push_str(&value),
                None => {
                    let (place, escape) = match &text.place {
                        Some(place) => (
                            run.place_of_bind(&text.text, name, place),
                            Some(escape(run.text, place)),
                        ),
                        None => (run.place(at.clone()), None),
                    };
                    run.fact(place, What::MissingBind { name: name.to_owned(), escape });
                    // `sqlalchemy/sql/compiler.py`, `construct_params`
                    let message = format!("a value is required for bind parameter {name:?}");
                    return Err(Stop::Raised { at: run.at(at), message });
                }
            },
        }
    }
    if !sql.trim().is_empty() {
        run.fact(run.place(at.clone()), What::Sent { sql: sql.clone() });
        run.send(at, sql.clone());
    }
    Ok(Some(sql))
}

/// A backslash, as a string in such a place has it.
fn escape(text: &str, place: &Range<usize>) -> &'static str {
    let before = text.get(..place.start).unwrap_or_default().trim_end_matches(['"', '\'']);
    let mut prefix = before.chars().rev().take_while(char::is_ascii_alphabetic);
    if prefix.any(|c| c.eq_ignore_ascii_case(&'r')) { "\\" } else { "\\\\" }
}

/// Whether SQL takes an advisory lock (`PostgreSQL` manual, "Advisory Lock Functions").
fn takes_lock(sql: &str) -> bool {
    let is_lock = |word: &str| {
        let name = word.strip_prefix("pg_try_").or_else(|| word.strip_prefix("pg_"));
        name.is_some_and(|name| name.starts_with("advisory_") && !name.contains("unlock"))
    };
    sql.contains("advisory") && words(sql).any(|word| is_lock(&word))
}

fn unstable_key(run: &mut Run<'_>, made: &Made, lock: &Range<usize>) {
    if let Some(at) = &made.at {
        let by = made.of.strip_prefix("builtins.").unwrap_or(&made.of).to_owned();
        let lock = run.place(lock.clone());
        run.fact(at.clone(), What::UnstableKey { by, lock });
    }
}

/// What stands for a parameter; nothing where it has no value. `lock` is what takes a lock by it.
fn bind(
    run: &mut Run<'_>,
    name: &str,
    bound: &Args,
    params: Option<&Value>,
    lock: Option<&Range<usize>>,
) -> Result<Option<String>, Stop> {
    let mut value = bound.keyword(name).cloned();
    let mut is_open = bound.open;
    match params {
        None | Some(Value::None) => {}
        Some(Value::Dict(entries)) => match &*entries.borrow() {
            Some(entries) => {
                for (key, given) in entries {
                    match key.as_str() {
                        Some(key) if key == name => value = Some(given.clone()),
                        Some(_) => {}
                        None => is_open = true,
                    }
                }
            }
            None => is_open = true,
        },
        Some(_) => is_open = true,
    }
    if let Some(lock) = lock
        && let Some(made) = value.as_ref().and_then(Value::unstable)
    {
        unstable_key(run, &Rc::clone(made), lock);
    }
    Ok(match value {
        Some(value) => Some(match value.as_text() {
            Some(text) if text.is_known() => literal(&text.text),
            Some(_) => hole(),
            None => clause(run, &value)?,
        }),
        None if is_open => Some(hole()),
        None => None,
    })
}

/// Sends SQL past `text()`, as `exec_driver_sql` does. psycopg2 takes a `%` in it for a parameter.
pub(super) fn to_driver(
    run: &mut Run<'_>,
    sql: &Value,
    params: Option<&Value>,
    at: Range<usize>,
) -> Option<String> {
    let Some(text) = sql.as_text() else {
        run.unknown(at, UNKNOWN);
        return None;
    };
    let in_text = run.unstable.take().filter(|_| text.text.contains(HOLE));
    if takes_lock(&text.text)
        && let Some(made) = in_text
    {
        unstable_key(run, &made, &at);
    }
    if text.text.contains('%') {
        let single = text.text.replace("%%", "__").find('%');
        if let (Some(offset), None) = (single, params) {
            let place = match &text.place {
                Some(place) if run.is_at_home() => place.start + offset..place.start + offset + 1,
                _ => at.clone(),
            };
            run.fact(run.place(place), What::Percent);
        }
        let is_about_rows = about_rows(&text.text);
        return match as_driver_takes(run, &text.text, params) {
            Some(sql) if !(is_about_rows && sql.contains(HOLE)) => {
                run.fact(run.place(at.clone()), What::Sent { sql: sql.clone() });
                run.send(at, sql.clone());
                Some(sql)
            }
            // Whatever it is, it is about rows.
            _ if is_about_rows => {
                run.rows(at);
                None
            }
            _ => {
                let at = text.place.clone().filter(|_| run.is_at_home()).unwrap_or(at);
                run.unknown(at, "what the driver makes of `%` in this is not known");
                None
            }
        };
    }
    if let Some(place) = &text.place
        && run.is_at_home()
    {
        run.effect(Effect::Script(place.clone()));
    } else if *text == Text::hole() {
        run.unknown(at, UNKNOWN);
    } else {
        run.fact(run.place(at.clone()), What::Sent { sql: text.text.clone() });
        run.send(at, text.text.clone());
    }
    Some(text.text.clone())
}

/// What the server gets of SQL with `%` in it; nothing where that is not known. Measured with `exec_driver_sql` of 1.4.54, 2.0.58
/// and 2.1.9, with and without parameters: psycopg2 and psycopg make one `%` of two, as asyncpg does until 1.4, whose statements
/// `SQLAlchemy` formats itself. From 2.0, asyncpg sends what it is given, and so does pg8000.
fn as_driver_takes(run: &Run<'_>, sql: &str, params: Option<&Value>) -> Option<String> {
    let is_single = sql.replace("%%", "").contains('%');
    match run.takes_percent() {
        Some(true) if run.options.sqlalchemy >= (2, 0) => Some(sql.to_owned()),
        Some(false) if !is_single => Some(sql.replace("%%", "%")),
        // Which of the two it is, is not known.
        None if !is_single && params.is_none() => {
            Some(sql.replace("%%", HOLE.encode_utf8(&mut [0; 4])))
        }
        Some(_) | None => None,
    }
}

/// Whether it is a statement of `SQLAlchemy`'s, and not what a function of Python's own gives, such as the text of a file.
fn is_statement(made: &Made) -> bool {
    crate::imports::is_library(&made.of) && !crate::imports::is_standard(&made.of)
}

/// Whether what is sent is about rows alone.
pub(super) fn is_about_rows(sql: &Value) -> bool {
    match sql {
        Value::Text(text) => text.is_known() && about_rows(&text.text),
        Value::Made(made) if made.kind() == "text" => {
            made.args.borrow().positional.first().is_some_and(is_about_rows)
        }
        Value::Made(made) => is_statement(made),
        _ => false,
    }
}
