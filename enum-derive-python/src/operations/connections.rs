//! Connections, sessions, engines and inspectors: what is asked of them, and what is sent through them.

use std::ops::Range;

use super::execute;
use crate::effects::WHAT;
use crate::queries::{inspected, question, relation_exists, result, type_exists};
use crate::run::{Evaluated, Run};
use crate::value::{Args, Value};

/// Methods of a session that change rows, or end its part of the transaction.
const ROWS: [&str; 18] = [
    "add",
    "add_all",
    "begin",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "bulk_update_mappings",
    "close",
    "commit",
    "delete",
    "expire",
    "expire_all",
    "expunge",
    "expunge_all",
    "flush",
    "get",
    "merge",
    "query",
    "refresh",
];

/// A call of something that leads to the database: `bind.execute` and the like.
pub(super) fn handle(run: &mut Run<'_>, name: &str, args: &Args, at: Range<usize>) -> Evaluated {
    let first = args.positional.first().cloned().unwrap_or(Value::Unknown);
    if let Some((inspector, method)) = name.split_once('.')
        && inspector.starts_with("inspector#")
    {
        return match method.strip_prefix("bind") {
            // `inspector.bind.execute(…)`
            Some(rest) if rest.is_empty() || rest.starts_with('.') => handle(run, method, args, at),
            _ => Ok(inspect(run, inspector, method, args, at)),
        };
    }
    let params = args.positional.get(1).cloned().or_else(|| args.keyword("parameters").cloned());
    let (of, method) = name.rsplit_once('.').unwrap_or((name, ""));
    Ok(match (of, method) {
        ("bind" | "session" | "impl", "execute" | "exec" | "_exec") => {
            // SQLAlchemy 1.4 takes parameters by their names.
            let params = params.or_else(|| named_params(args));
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@result", sql, run.now())
        }
        ("bind" | "session", "scalar") => {
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@scalar", sql, run.now())
        }
        ("bind" | "session", "scalars") => {
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@column", sql, run.now())
        }
        ("bind", "exec_driver_sql") => {
            let sql = execute::to_driver(run, &first, params.as_ref(), at);
            result("@result", sql, run.now())
        }
        ("context", "autocommit_block") => Value::name("@autocommit"),
        ("context", "execute") => {
            execute::send(run, &first, None, at)?;
            Value::None
        }
        ("bind" | "session", "begin_nested") => Value::name("@savepoint"),
        // The session is in the transaction of the connection, which its `commit` leaves open (`sqlalchemy/orm/session.py`,
        // `join_transaction_mode`).
        // What it does to rows goes through objects.
        ("session", _) if ROWS.contains(&method) => Value::Unknown,
        ("sessionmaker", "") => Value::name("@session"),
        ("session", "connection" | "get_bind") | ("bind", "connect" | "get_bind") => {
            Value::name("@bind")
        }
        ("bind", "begin") | ("context", "begin_transaction") => Value::name("@nothing"),
        ("engine", "connect" | "begin" | "raw_connection" | "execution_options") => {
            Value::name("@elsewhere")
        }
        // Alembic begins a transaction without a block of its own, so that another follows the one that ends here
        // (`alembic/util/sqla_compat.py`, `_safe_begin_connection_transaction`).
        ("bind", "commit" | "rollback") => {
            run.send(at.clone(), method.to_uppercase());
            run.send(at, "BEGIN".to_owned());
            Value::None
        }
        ("bind", "execution_options" | "run_callable") | ("session", "rollback") => {
            run.unknown(at, "what this makes of the transaction is not known");
            Value::name("@bind")
        }
        ("dialect", "has_table") => {
            let (name, schema) = (args.get(1, "table_name"), args.get(2, "schema"));
            relation_exists(name.as_ref(), schema.as_ref(), run.now())
        }
        ("dialect", "has_type") => {
            let (name, schema) = (args.get(1, "type_name"), args.get(2, "schema"));
            type_exists(name.as_ref(), schema.as_ref(), run.now())
        }
        ("elsewhere", "execute" | "exec_driver_sql" | "scalar") => {
            if !execute::is_about_rows(&first) {
                run.unknown(at, "this is sent by another connection");
            }
            Value::Unknown
        }
        ("elsewhere", _) => Value::name("@elsewhere"),
        ("bind", "in_transaction" | "get_isolation_level" | "close")
        | (_, "dispose" | "get_dialect" | "invalidate") => Value::Unknown,
        _ => {
            run.unknown(at, WHAT);
            Value::Unknown
        }
    })
}

/// A method of an inspector.
fn inspect(
    run: &mut Run<'_>,
    inspector: &str,
    method: &str,
    args: &Args,
    at: Range<usize>,
) -> Value {
    if matches!(method, "clear_cache" | "info_cache.clear") {
        run.forget_told(inspector);
        return Value::None;
    }
    // `get_indexes`, `has_schema`, `sorted_tables…`: it reads the catalog.
    let reads = ["get_", "has_", "sorted_", "reflect_", "dialect."];
    if !reads.iter().any(|start| method.starts_with(start)) {
        run.unknown(at, WHAT);
        return Value::Unknown;
    }
    let Some(question) = question(method, args) else { return Value::Unknown };
    let when = run.inspected(inspector, question, matches!(method, "has_table" | "get_enums"));
    inspected(method, args, when)
}

/// Parameters that are given by their names.
fn named_params(args: &Args) -> Option<Value> {
    if args.keywords.is_empty() {
        return None;
    }
    let entries =
        args.keywords.iter().map(|(name, value)| (Value::text(name.to_string()), value.clone()));
    Some(Value::Dict(std::rc::Rc::new(std::cell::RefCell::new(Some(entries.collect())))))
}
