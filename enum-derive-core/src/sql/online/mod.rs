//! The statements that give columns another type while the application reads and writes them.
//!
//! - **Objects have names that end in `_pg_enum_new`**, and are made from the names of what they replace. So a later run
//!   finds what an interrupted one has made, and nothing else is kept.
//! - **Statements run with `search_path` set to `pg_catalog`**, as those of [`swap`](super::swap), except the body of the
//!   trigger function: a function with a `SET` clause takes longer for each row, so it has qualified names and operators.

pub(crate) mod mapping;
pub(crate) mod names;
pub(crate) mod renamed;
mod state;

use alloc::format;
use alloc::string::String;
use core::fmt;

pub(crate) use self::state::{labels, state};
pub(crate) use super::block::lock_labels;
use super::block::{DollarTag, lock_key};
use super::{Name, qualified};
use crate::display::from_fn;
use crate::{Ident, Literal};

/// A short transaction around statements. It waits for a lock at most this number of milliseconds; 0 is no limit.
pub(crate) fn begin(name: Name<'_>, lock_timeout: u64) -> impl fmt::Display {
    from_fn(move |f| {
        let key = lock_key(name);
        write!(
            f,
            "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL lock_timeout = {lock_timeout};
SET LOCAL search_path = pg_catalog, pg_temp;
SET LOCAL quote_all_identifiers = off;
SET LOCAL check_function_bodies = off;
SELECT WHERE pg_advisory_xact_lock({key}) IS NULL;
"
        )
    })
}

/// Takes the lock that one run of the change holds from its start to its end, on a connection of its own: whether it got
/// the lock.
///
/// The lock of a transaction, because a pooler may give the lock of a session to somebody else. Between statements, a transaction of
/// this level has no snapshot, for which the change would wait.
pub(crate) fn run_lock(name: Name<'_>) -> impl fmt::Display {
    from_fn(move |f| {
        let Name { schema, name } = name;
        let text = format!("pg_enum online {}.{name}", schema.unwrap_or_default());
        write!(
            f,
            "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY;
SET LOCAL idle_in_transaction_session_timeout = 0;
SELECT pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended({}, 0))::pg_catalog.text;",
            Literal(&text)
        )
    })
}

/// The transactions of other sessions of this database that have a snapshot, a row for each: its process and its start, and
/// the oldest transaction that it may not see as ended. The server shows those of other roles only to a role with
/// `pg_read_all_stats` (manual, 28.2).
pub(crate) const SNAPSHOTS: &str =
    "SELECT concat_ws(' ', a.pid, a.xact_start, a.backend_xmin) FROM pg_stat_activity AS a
WHERE a.datname = current_database() AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
  AND a.backend_xmin IS NOT NULL";

/// Locks tables: a mode that keeps other changes of the tables away, or readers and writers as well.
pub(crate) fn lock_tables(tables: &[&str], mode: &str) -> String {
    format!("LOCK TABLE {} IN {mode} MODE;\n", tables.join(", "))
}

/// The function of the trigger that fills the new columns.
pub(crate) fn function(name: &str, body: &str) -> String {
    let tag = DollarTag::for_texts([body]);
    format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {tag}{body}{tag};\n")
}

/// The body of that function; the columns with their new values.
pub(crate) fn body(columns: &[(&str, String)]) -> String {
    let mut body = String::from("\nBEGIN\n");
    for (column, value) in columns {
        body.extend([format!("  NEW.{column} := {value};\n")]);
    }
    body + "  RETURN NEW;\nEND "
}

/// The trigger. It is fired in replication as well, and after all others with an earlier name.
pub(crate) fn trigger(name: &str, table: &str, function: &str) -> String {
    format!(
        "CREATE TRIGGER {name} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name};
"
    )
}

/// The statement that creates the new type.
pub(crate) fn create_type(name: Name<'_>, labels: &[&str]) -> String {
    format!(
        "CREATE TYPE {} AS ENUM ({});\n",
        qualified(name, Ident),
        super::quote::literals(labels)
    )
}

/// Fills the new columns in the rows of these pages. The trigger computes their values, so that the rule is in one place.
///
/// From version 14 on, the server reads only these pages for a range of row identifiers; before, it needs a list of them.
/// A page has at most 291 rows (`MaxHeapTuplesPerPage` in `src/include/access/htup_details.h`, with pages of 8 kB);
/// with other sizes of pages there are more.
pub(crate) fn fill(
    table: &str,
    columns: &[&str],
    unfilled: &str,
    (from, to): (u64, u64),
    ranges: bool,
) -> String {
    let set: alloc::vec::Vec<_> = columns.iter().map(|column| format!("{column} = NULL")).collect();
    let set = set.join(", ");
    let pages = if ranges {
        format!("ctid >= '({from},0)' AND ctid < '({to},0)'")
    } else {
        let rows = "current_setting('block_size')::int / 28";
        format!(
            "ctid = ANY (ARRAY(SELECT format('(%s,%s)', page, item)::tid
    FROM generate_series({from}, {to} - 1) AS page, generate_series(1, {rows}) AS item))"
        )
    };
    format!("UPDATE ONLY {table} SET {set}\n  WHERE {pages} AND ({unfilled});\n")
}

/// The number of pages of a table, and about how many rows a page has.
pub(crate) fn pages(table: &str) -> String {
    format!(
        "SELECT concat(pg_relation_size(c.oid) / current_setting('block_size')::int8, ' ',
  CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN ceil(c.reltuples / c.relpages) ELSE 100 END)
FROM pg_class AS c WHERE c.oid = {}::regclass",
        Literal(table)
    )
}
