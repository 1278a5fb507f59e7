//! The only place that quotes or renders SQL.

#[cfg(feature = "drift")]
pub(crate) mod bare;
mod block;
mod create;
#[cfg(feature = "drift")]
mod dependents;
mod drop;
#[cfg(feature = "plan")]
pub(crate) mod exchange;
#[cfg(feature = "drift")]
mod holding;
mod keywords;
#[cfg(feature = "plan")]
mod labels;
#[cfg(feature = "drift")]
mod look_up;
#[cfg(feature = "drift")]
pub(crate) mod online;
#[cfg(feature = "drift")]
pub mod path;
#[cfg(feature = "drift")]
mod query;
mod quote;
#[cfg(feature = "plan")]
mod rename;
#[cfg(feature = "plan")]
pub(crate) mod retire;
#[cfg(feature = "drift")]
pub(crate) mod rows;
#[cfg(feature = "drift")]
pub(crate) mod smoke;
#[cfg(feature = "drift")]
pub(crate) mod swap;

use core::fmt;

use crate::Definition;
use crate::display::from_fn;

#[cfg(feature = "drift")]
pub(crate) use self::block::DollarTag;
pub(crate) use self::create::create;
#[cfg(feature = "drift")]
pub(crate) use self::dependents::dependents;
pub(crate) use self::drop::drop;
#[cfg(feature = "plan")]
pub(crate) use self::exchange::exchange_values;
#[cfg(feature = "plan")]
pub(crate) use self::labels::{Position, add_value, rename_value};
#[cfg(feature = "drift")]
pub use self::look_up::Scope;
#[cfg(feature = "drift")]
pub(crate) use self::look_up::look_up;
#[cfg(feature = "drift")]
pub use self::query::Query;
#[cfg(any(feature = "parse", feature = "record"))]
pub use self::quote::unquote;
#[cfg(feature = "drift")]
pub(crate) use self::quote::unquoted;
#[cfg(feature = "drift")]
pub(crate) use self::quote::visible_names;
pub(crate) use self::quote::{AsciiIdent, QuotedIdent, literals};
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
    from_fn(move |f| {
        if let Some(schema) = name.schema {
            write!(f, "{}.", identifier(schema))?;
        }
        write!(f, "{}", identifier(name.name))
    })
}

impl<'a> Definition<'a> {
    /// The type's name, with its schema if it has one, quoted where PostgreSQL requires it: `app.draft_status`.
    #[must_use]
    pub fn name_sql(self) -> impl fmt::Display + 'a {
        name(self)
    }

    /// The same, always quoted. For clients that write the outer quotes themselves.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    ///
    /// let definition = Definition::new("mood", &["a"]).in_schema("app");
    /// assert_eq!(definition.quoted_name_sql().to_string(), r#""app"."mood""#);
    /// ```
    #[must_use]
    pub fn quoted_name_sql(self) -> impl fmt::Display + 'a {
        qualified(self.into(), QuotedIdent)
    }

    /// The same, always quoted and in printable ASCII: `U&"\\+0000e9tat"` for `"état"`. For clients that cannot send
    /// other characters.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    ///
    /// let definition = Definition::new("état", &["a"]).in_schema("app");
    /// assert_eq!(definition.ascii_name_sql().to_string(), r#""app".U&"\+0000e9tat""#);
    /// ```
    #[must_use]
    pub fn ascii_name_sql(self) -> impl fmt::Display + 'a {
        ascii_name(self)
    }

    /// The labels as a comma-separated list of literals: `'Streaming', 'Partial', 'done'`.
    #[must_use]
    pub fn labels_sql(self) -> impl fmt::Display + 'a {
        literals(self.labels)
    }

    /// One statement that creates the type if it does not exist. If the existing type differs, the statement raises
    /// an error that says how it differs and what to run.
    ///
    /// See `PgEnum::CREATE_SQL` in `pg-enum` for its result in each situation.
    #[must_use]
    pub fn create_sql(self) -> impl fmt::Display + 'a {
        create(self)
    }

    /// One statement that drops the type if it exists and nothing uses it.
    #[must_use]
    pub fn drop_sql(self) -> impl fmt::Display + 'a {
        drop(self)
    }
}
