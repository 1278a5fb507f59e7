//! Short statements without guards, for messages: a person runs them after looking at the database. Invisible
//! characters in them are escaped.

use core::fmt;

use super::quote::{
    VisibleIdent as Ident, VisibleLiteral as Literal, visible_literals as literals,
};
use super::retire::Forbidding;
use super::{Name, Position, qualified};
use crate::display::from_fn;

pub(crate) fn create_schema(schema: &str) -> impl fmt::Display {
    from_fn(move |f| write!(f, "CREATE SCHEMA {};", Ident(schema)))
}

pub(crate) fn create_type(name: Name<'_>, labels: &[&str]) -> impl fmt::Display {
    from_fn(move |f| {
        write!(f, "CREATE TYPE {} AS ENUM ({});", qualified(name, Ident), literals(labels))
    })
}

pub(crate) fn set_schema(name: Name<'_>, schema: &str) -> impl fmt::Display {
    from_fn(move |f| {
        write!(f, "ALTER TYPE {} SET SCHEMA {};", qualified(name, Ident), Ident(schema))
    })
}

pub(crate) fn rename_type(name: Name<'_>, to: &str) -> impl fmt::Display {
    from_fn(move |f| write!(f, "ALTER TYPE {} RENAME TO {};", qualified(name, Ident), Ident(to)))
}

pub(crate) fn rename_value(name: Name<'_>, from: &str, to: &str) -> impl fmt::Display {
    from_fn(move |f| {
        let (from, to) = (Literal(from), Literal(to));
        write!(f, "ALTER TYPE {} RENAME VALUE {from} TO {to};", qualified(name, Ident))
    })
}

pub(crate) fn add_value(name: Name<'_>, label: &str, at: Position<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        write!(f, "ALTER TYPE {} ADD VALUE {}", qualified(name, Ident), Literal(label))?;
        match at {
            Position::Before(anchor) => write!(f, " BEFORE {};", Literal(anchor)),
            Position::After(anchor) => write!(f, " AFTER {};", Literal(anchor)),
            Position::Last => f.write_str(";"),
        }
    })
}

pub(crate) fn grant_schema(schema: &str, role: &str) -> impl fmt::Display {
    from_fn(move |f| write!(f, "GRANT USAGE ON SCHEMA {} TO {};", Ident(schema), Ident(role)))
}

pub(crate) fn grant_type(name: Name<'_>, role: &str) -> impl fmt::Display {
    from_fn(move |f| {
        write!(f, "GRANT USAGE ON TYPE {} TO {};", qualified(name, Ident), Ident(role))
    })
}

/// Forbids a label in a column.
pub(crate) fn forbid<'a>(table: Name<'a>, forbidding: Forbidding<'a>) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let constraint = forbidding.sql(Ident, Literal);
        write!(f, "ALTER TABLE {} ADD {constraint} NOT VALID;", qualified(table, Ident))
    })
}

/// Validates a constraint.
pub(crate) fn validate<'a>(table: Name<'a>, constraint: &'a str) -> impl fmt::Display + 'a {
    from_fn(move |f| {
        let table = qualified(table, Ident);
        write!(f, "ALTER TABLE {table} VALIDATE CONSTRAINT {};", Ident(constraint))
    })
}

/// Replaces a label in rows with another one, or with `NULL`. `table` and `column` are already SQL.
///
/// The statement runs under an unknown `search_path`, and a cast could be a function of the type's owner. So it
/// compares labels as text from the type's output function, and qualifies every function and operator with
/// `pg_catalog`.
pub(crate) fn replace_value(
    table: &str,
    column: &str,
    is_array: bool,
    label: &str,
    replacement: Option<&str>,
) -> impl fmt::Display {
    from_fn(move |f| {
        let label = Literal(label);
        let to = from_fn(|f| match replacement {
            Some(to) => write!(f, "{}", Literal(to)),
            None => f.write_str("NULL"),
        });
        let holds = |f: &mut fmt::Formatter<'_>, value: &str| {
            write!(f, "pg_catalog.format('%s', {value}) OPERATOR(pg_catalog.=) {label}")
        };
        write!(f, "UPDATE {table} SET {column} = ")?;
        if is_array {
            write!(f, "pg_catalog.array_replace({column}, {label}, {to}) WHERE EXISTS (")?;
            write!(f, "SELECT FROM pg_catalog.unnest({column}) AS u (v) WHERE ")?;
            holds(f, "v")?;
            f.write_str(");")
        } else {
            write!(f, "{to} WHERE ")?;
            holds(f, column)?;
            f.write_str(";")
        }
    })
}
