//! Statements as somebody types them who has looked at the database: short, without guards. They are for messages, so
//! nothing is in them that a terminal would not show.

use core::fmt;

use super::quote::{
    VisibleIdent as Ident, VisibleLiteral as Literal, visible_literals as literals,
};
use super::{Name, Position, qualified};

pub(crate) fn create_schema(schema: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "CREATE SCHEMA {};", Ident(schema)))
}

pub(crate) fn create_type(name: Name<'_>, labels: &[&str]) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "CREATE TYPE {} AS ENUM ({});", qualified(name, Ident), literals(labels))
    })
}

pub(crate) fn set_schema(name: Name<'_>, schema: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "ALTER TYPE {} SET SCHEMA {};", qualified(name, Ident), Ident(schema))
    })
}

pub(crate) fn rename_type(name: Name<'_>, to: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "ALTER TYPE {} RENAME TO {};", qualified(name, Ident), Ident(to))
    })
}

pub(crate) fn rename_value(name: Name<'_>, from: &str, to: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let (from, to) = (Literal(from), Literal(to));
        write!(f, "ALTER TYPE {} RENAME VALUE {from} TO {to};", qualified(name, Ident))
    })
}

pub(crate) fn add_value(name: Name<'_>, label: &str, at: Position<'_>) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "ALTER TYPE {} ADD VALUE {}", qualified(name, Ident), Literal(label))?;
        match at {
            Position::Before(anchor) => write!(f, " BEFORE {};", Literal(anchor)),
            Position::After(anchor) => write!(f, " AFTER {};", Literal(anchor)),
            Position::Last => f.write_str(";"),
        }
    })
}

pub(crate) fn grant_schema(schema: &str, role: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| write!(f, "GRANT USAGE ON SCHEMA {} TO {};", Ident(schema), Ident(role)))
}

pub(crate) fn grant_type(name: Name<'_>, role: &str) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        write!(f, "GRANT USAGE ON TYPE {} TO {};", qualified(name, Ident), Ident(role))
    })
}

/// Puts one label in the place of another, or nothing. `table` and `column` are SQL already.
///
/// Whoever runs it does so under a path of their own, and a cast may be a function of the type's owner: so labels are
/// compared as the type's output function spells them, in words that mean `PostgreSQL`'s own.
pub(crate) fn replace_value(
    table: &str,
    column: &str,
    is_array: bool,
    label: &str,
    replacement: Option<&str>,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        let label = Literal(label);
        let to = fmt::from_fn(|f| match replacement {
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
