//! A query, and the settings that it runs with.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use super::path;

/// A query that runs no user-defined code. It returns one column, `found`, of type `text`.
///
/// It is text without parameters. Drivers with the simple query protocol (PostgreSQL manual, 54.2.2) send all of it,
/// its `Display`, as one string: one round trip, in one transaction, and no session state that a connection pooler
/// would have to keep. Other drivers open a transaction or a savepoint, and send [`before`](Self::before),
/// [`select`](Self::select) and [`after`](Self::after) one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    select: String,
}

/// Turns off `jit` for this transaction, until the query is done: compiling the query takes longer than running it.
/// `set_config` never returns null, so the statement returns no rows.
const JIT_OFF: &str = "SELECT WHERE pg_catalog.set_config('pg_enum.jit', \
  pg_catalog.current_setting('jit'), true) IS NULL OR pg_catalog.set_config('jit', 'off', true) IS NULL;
";
const JIT_BACK: &str =
    "SELECT WHERE pg_catalog.set_config('jit', pg_catalog.current_setting('pg_enum.jit'), true) IS NULL;
";

impl Query {
    /// A query with this `SELECT`, in which unqualified names are those of `pg_catalog` ([`path`](crate::drift::path)).
    #[must_use]
    pub fn new(select: impl fmt::Display) -> Self {
        Self { select: select.to_string() }
    }

    /// Statements that return no rows: they set `search_path` to `pg_catalog`, and turn off `jit`, until the end of
    /// the transaction.
    #[must_use]
    pub fn before(&self) -> String {
        format!("{}{JIT_OFF}", path::HOLD)
    }

    /// The query alone: one statement, without a semicolon.
    #[must_use]
    pub fn select(&self) -> &str {
        &self.select
    }

    /// Statements that return no rows, and restore the settings.
    #[must_use]
    pub fn after(&self) -> String {
        format!("{JIT_BACK}{}", path::GIVE_BACK)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{JIT_OFF}{};\n{JIT_BACK}{}", path::HOLD, self.select, path::GIVE_BACK)
    }
}
