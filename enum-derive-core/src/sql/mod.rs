//! The only place that quotes or renders SQL.

#[cfg(feature = "drift")]
pub(crate) mod bare;
mod block;
mod create;
mod drop;
mod keywords;
#[cfg(feature = "plan")]
mod labels;
#[cfg(feature = "drift")]
mod look_up;
#[cfg(feature = "drift")]
pub mod path;
mod quote;
#[cfg(feature = "plan")]
mod rename;

use core::fmt;

use crate::Definition;

pub(crate) use self::create::create;
pub(crate) use self::drop::drop;
#[cfg(feature = "plan")]
pub(crate) use self::labels::{Position, add_value, rename_value};
#[cfg(feature = "drift")]
pub(crate) use self::look_up::look_up;
#[cfg(any(feature = "parse", feature = "record"))]
pub use self::quote::unquote;
#[cfg(feature = "drift")]
pub(crate) use self::quote::visible_names;
pub(crate) use self::quote::{AsciiIdent, literals};
pub use self::quote::{Ident, Literal, VisibleIdent, VisibleLiteral};
#[cfg(feature = "plan")]
pub(crate) use self::rename::rename;

/// A type's name, with its schema unless `search_path` decides.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name<'a> {
    pub(crate) schema: Option<&'a str>,
    pub(crate) name: &'a str,
}

impl<'a> From<Definition<'a>> for Name<'a> {
    fn from(definition: Definition<'a>) -> Self {
        Self { schema: definition.schema, name: definition.name }
    }
}

/// The type's name, quoted, and qualified if the definition has a schema.
pub(crate) fn name(definition: Definition<'_>) -> impl fmt::Display {
    qualified(definition.into(), Ident)
}

/// The same, in printable ASCII.
pub(crate) fn ascii_name(definition: Definition<'_>) -> impl fmt::Display {
    qualified(definition.into(), AsciiIdent)
}

pub(crate) fn qualified<'a, I: fmt::Display>(
    name: Name<'a>,
    identifier: fn(&'a str) -> I,
) -> impl fmt::Display {
    fmt::from_fn(move |f| {
        if let Some(schema) = name.schema {
            write!(f, "{}.", identifier(schema))?;
        }
        write!(f, "{}", identifier(name.name))
    })
}
