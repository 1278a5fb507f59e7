//! Statements that make unqualified names mean built-in objects only.
//!
//! For an operator, a function or a type without a schema, PostgreSQL takes the first match in `search_path`, which a
//! database, a role or a program can set to anything. With `evil, pg_catalog`, `=` is a function of the owner of
//! `evil`, and runs with the privileges of the role that runs the query. So statements between these two are resolved
//! in `pg_catalog` only. `pg_temp` is listed last, because otherwise it would come first for tables and types
//! (manual, 20.11.1).
//!
//! Policies of row security also run as the reading role. Between the two statements `row_security` is off (manual,
//! 20.11.1): reading a table with such a policy is an error.
//!
//! Each statement has the same meaning under any path: its functions and types are qualified, and it has no
//! operators. The settings are local to the transaction, and statements sent as one string form one transaction
//! unless one is already open. So an error also restores the settings, and a connection pooler has no state to keep.
//! Neither statement writes, so both work on a standby and in a read-only transaction.
//!
//! ```
//! use pg_enum_core::drift::path;
//!
//! let query = "SELECT typname FROM pg_type WHERE typtype = 'e';\n";
//! let sent = [path::HOLD, query, path::GIVE_BACK].concat();
//! assert!(sent.starts_with("SELECT WHERE pg_catalog.set_config("));
//! ```

/// Saves `search_path`, the schemas in it, and `row_security`; sets `search_path` to `pg_catalog` and `row_security`
/// to `off`. Returns no rows, because `set_config` never returns null.
pub const HOLD: &str = "SELECT WHERE \
  pg_catalog.set_config('pg_enum.path', pg_catalog.current_setting('search_path'), true) IS NULL \
  OR pg_catalog.set_config('pg_enum.schemas', pg_catalog.current_schemas(true)::pg_catalog.text, true) IS NULL \
  OR pg_catalog.set_config('pg_enum.home', COALESCE(pg_catalog.current_schema()::pg_catalog.text, ''), true) IS NULL \
  OR pg_catalog.set_config('pg_enum.row_security', pg_catalog.current_setting('row_security'), true) IS NULL \
  OR pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true) IS NULL \
  OR pg_catalog.set_config('row_security', 'off', true) IS NULL;
";

/// Restores what [`HOLD`] saved. Returns no rows.
pub const GIVE_BACK: &str = "SELECT WHERE \
  pg_catalog.set_config('row_security', pg_catalog.current_setting('pg_enum.row_security'), true) IS NULL \
  OR pg_catalog.set_config('search_path', pg_catalog.current_setting('pg_enum.path'), true) IS NULL;
";

/// The schemas that PostgreSQL searches for an unqualified name, including `pg_catalog` and the schema of temporary
/// tables, as `name[]`; valid between [`HOLD`] and [`GIVE_BACK`].
pub const SCHEMAS: &str = "pg_catalog.current_setting('pg_enum.schemas')::pg_catalog.name[]";

/// The schema in which an object without a schema is created, as `name`; null if there is none.
pub const HOME: &str = "NULLIF(pg_catalog.current_setting('pg_enum.home'), '')::pg_catalog.name";
