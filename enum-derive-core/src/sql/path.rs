//! Names that are `PostgreSQL`'s own.
//!
//! An operator, and a function or type without a schema, is whatever `search_path` finds first, and a database, a role
//! and a program may set that to anything: with `evil, pg_catalog` in it, `=` is a function of whoever owns `evil`,
//! and runs with the rights of whoever asks. So what is sent between these two statements is resolved in
//! `pg_catalog` alone; `pg_temp`, unless it is named, would come first for tables and types (manual, 20.11.1).
//!
//! Policies of row security run as whoever reads, too. Between the two statements they are refused instead
//! (`row_security`, manual, 20.11.1): a table that they would apply to is an error.
//!
//! Either statement means the same under any path: its functions and types have their schema with them, and it has no
//! operator. Both set for the transaction alone, and statements that are sent as one string are one transaction
//! unless there is one already. So an error gives everything back as well, and a connection pooler has nothing to
//! remember. Neither writes: a standby and a read-only transaction will do.
//!
//! ```
//! use pg_enum_core::drift::path;
//!
//! let query = "SELECT typname FROM pg_type WHERE typtype = 'e';\n";
//! let sent = [path::HOLD, query, path::GIVE_BACK].concat();
//! assert!(sent.starts_with("SELECT WHERE pg_catalog.set_config("));
//! ```

/// Remembers `search_path`, what comes of it, and `row_security`; sets the one to `pg_catalog` and the other to `off`.
/// Returns no row, as nothing that is set is null.
pub const HOLD: &str = "SELECT WHERE \
  pg_catalog.set_config('pg_enum.path', pg_catalog.current_setting('search_path'), true) IS NULL \
  OR pg_catalog.set_config('pg_enum.schemas', pg_catalog.current_schemas(true)::pg_catalog.text, true) IS NULL \
  OR pg_catalog.set_config('pg_enum.home', COALESCE(pg_catalog.current_schema()::pg_catalog.text, ''), true) IS NULL \
  OR pg_catalog.set_config('pg_enum.row_security', pg_catalog.current_setting('row_security'), true) IS NULL \
  OR pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true) IS NULL \
  OR pg_catalog.set_config('row_security', 'off', true) IS NULL;
";

/// Sets both to what [`HOLD`] has remembered. Returns no row either.
pub const GIVE_BACK: &str = "SELECT WHERE \
  pg_catalog.set_config('row_security', pg_catalog.current_setting('pg_enum.row_security'), true) IS NULL \
  OR pg_catalog.set_config('search_path', pg_catalog.current_setting('pg_enum.path'), true) IS NULL;
";

/// The schemas that a name without one is looked for in, `pg_catalog` and that of temporary tables included, as
/// `name[]`; between [`HOLD`] and [`GIVE_BACK`].
pub const SCHEMAS: &str = "pg_catalog.current_setting('pg_enum.schemas')::pg_catalog.name[]";

/// The schema that something without one is created in, as `name`; null if there is none.
pub const HOME: &str = "NULLIF(pg_catalog.current_setting('pg_enum.home'), '')::pg_catalog.name";
