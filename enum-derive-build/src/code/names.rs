//! The names of functions, methods and macros by which it is known what they do to a database.

/// Functions that make a query of their first argument, which something else runs.
pub(super) const QUERIES: &[&str] = &[
    "query",
    "query_as",
    "query_scalar",
    "query_with",
    "query_as_with",
    "query_scalar_with",
    "raw_sql",
    "sql_query",
    "query_unchecked",
    "query_as_unchecked",
];

/// Methods that send their first argument.
pub(super) const SENDS: &[&str] = &[
    "execute_unprepared",
    "batch_execute",
    "simple_query",
    "execute",
    "execute_raw",
    "execute_batch",
    "exec_stmt",
    "query_raw",
    "fetch",
    "fetch_all",
    "fetch_one",
    "fetch_optional",
    "exec",
    "query",
    "query_one",
    "query_opt",
    "query_all",
];

/// Macros that send a text of theirs, as the first argument or behind a connection.
pub(super) const SENDING_MACROS: &[&str] =
    &["sql", "query", "query_as", "query_scalar", "execute", "exec", "run_sql", "batch_execute"];

/// Methods of SeaORM's `SchemaManager` (`sea-orm-migration/src/manager.rs`) that change tables.
pub(super) const TABLES: &[&str] = &["create_table", "alter_table", "drop_table", "rename_table"];

/// And those that change neither a type nor a column, or only ask.
pub(super) const TABLE_PARTS: &[&str] = &[
    "truncate_table",
    "create_index",
    "drop_index",
    "create_foreign_key",
    "drop_foreign_key",
    "has_table",
    "has_column",
    "has_index",
];

/// And those that are about a type.
pub(super) const TYPES: &[&str] = &["create_type", "alter_type", "drop_type"];

/// Methods and functions that pass on what they are called with.
pub(super) const PASSES: &[&str] = &[
    "rows_affected",
    "last_insert_id",
    "get_connection",
    "get_database_backend",
    "lock",
    "connection",
    "as_mut",
    "as_ref",
    "deref",
    "deref_mut",
    "clone",
    "borrow",
    "borrow_mut",
    "begin",
    "commit",
    "acquire",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "is_some",
    "is_none",
    "is_empty",
    "optional",
    "and_then",
    "expect",
    "context",
    "with_context",
    "map_err",
    "map",
    "into",
    "and",
    "boxed",
    "pin",
    "Ok",
    "Some",
    "Box",
    "new",
    "transaction_mut",
    "get_mut",
    "await",
    "build_transaction",
    "read_write",
    "drop",
    "bind",
    "persistent",
    "scope_boxed",
    "as_mut_slice",
    "into_inner",
    "into_iter",
    "iter",
    "collect",
    "filter",
    "filter_map",
    "flatten",
    "enumerate",
    "for_each",
    "try_for_each",
    "rev",
    "next",
    "last",
    "len",
];

/// Methods that read or write rows by what an ORM knows of them.
pub(super) const ROWS: &[&str] = &[
    "insert",
    "load",
    "load_iter",
    "first",
    "get_result",
    "get_results",
    "update",
    "save",
    "delete",
    "exec",
    "all",
    "one",
    "count",
    "exec_with_returning",
    "stream",
    "exec_without_returning",
    "paginate",
];

/// Functions that a statement about rows begins with: Diesel's, and those of SeaORM's entities.
pub(super) const ROW_BUILDERS: [&str; 12] = [
    "insert_into",
    "update",
    "delete",
    "select",
    "replace_into",
    "find",
    "find_by_id",
    "insert",
    "insert_many",
    "update_many",
    "delete_many",
    "delete_by_id",
];

/// Methods that run a closure in a transaction.
pub(super) const TRANSACTIONS: &[&str] =
    &["transaction", "transaction_sync", "run", "immediate_transaction"];

/// Macros that only write a log, or check something.
pub(super) const LOGS: &[&str] = &[
    "println",
    "eprintln",
    "print",
    "dbg",
    "info",
    "debug",
    "warn",
    "error",
    "trace",
    "log",
    "assert",
    "assert_eq",
    "debug_assert",
    "span",
    "event",
    "bail",
    "ensure",
    "anyhow",
    "format",
    "matches",
    "panic",
    "todo",
    "unreachable",
];

/// Builders of sea-query whose statements change no type.
pub(super) const HARMLESS_BUILDERS: [&str; 6] =
    ["Table", "Index", "ForeignKey", "Query", "Extension", "Expr"];
