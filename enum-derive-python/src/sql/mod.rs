//! SQL as `SQLAlchemy`'s compiler for `PostgreSQL` writes it (`sqlalchemy/sql/compiler.py` and
//! `sqlalchemy/dialects/postgresql/base.py`, 1.4 to 2.1), as far as its meaning goes: blanks and needless quotes differ. What
//! is not known is a hole.
//!
//! The interpreter is a parameter, because an argument may be a function of the source (`values_callable`), and because what is
//! nested counts against its limits.

pub(crate) mod binds;
pub(crate) mod clause;
pub(crate) mod column;
pub(crate) mod constraint;
pub(crate) mod enums;
pub(crate) mod naming;
pub(crate) mod table;
pub(crate) mod types;

use pg_enum_core::{Ident, Literal};
use pg_enum_migrations::folder::HOLE;

use crate::value::Value;

/// A name; a hole if it is not known.
pub(crate) fn ident(name: &Value) -> String {
    match name_text(name) {
        Some(text) => Ident(&text).to_string(),
        None => hole(),
    }
}

/// What a name says, which may have holes; nothing if none of it is known.
pub(crate) fn name_text(name: &Value) -> Option<String> {
    match name {
        // `quoted_name("x", quote=True)`, `op.f("x")`
        Value::Made(made) if matches!(made.kind(), "quoted_name" | "conv") => {
            let first = made.args.borrow().positional.first().cloned();
            first.and_then(|name| name_text(&name))
        }
        name => {
            let text = &name.as_text()?.text;
            (!text.chars().all(|c| c == HOLE)).then(|| text.clone())
        }
    }
}

/// A name with its schema, if it has one.
pub(crate) fn qualified(schema: Option<&Value>, name: &Value) -> String {
    match schema {
        None | Some(Value::None) => ident(name),
        Some(schema) => {
            // A schema of two parts is quoted in parts (`alembic/ddl/base.py`, `quote_dotted`).
            let schema = match name_text(schema) {
                Some(text) => text
                    .split('.')
                    .map(|part| Ident(part).to_string())
                    .collect::<Vec<_>>()
                    .join("."),
                None => hole(),
            };
            format!("{schema}.{}", ident(name))
        }
    }
}

/// A string as a literal.
pub(crate) fn literal(text: &str) -> String {
    Literal(text).to_string()
}

/// What is not known.
pub(crate) fn hole() -> String {
    HOLE.to_string()
}

/// Whether SQL has a part that is not known.
pub(crate) fn has_hole(sql: &str) -> bool {
    sql.contains(HOLE)
}
