//! Connections, sessions and inspectors, and what they tell of the database: conditions that the database decides.

use std::ops::Range;

use pg_enum_migrations::words;
use ruff_python_ast::Expr;

use super::{Evaluated, WHAT, execute};
use crate::run::Run;
use crate::sql::{has_hole, literal};
use crate::value::{Args, Made, Value};

/// Methods of a session that change rows, or end its part of the transaction.
const ROWS: [&str; 15] = [
    "add",
    "add_all",
    "begin",
    "bulk_insert_mappings",
    "bulk_save_objects",
    "close",
    "commit",
    "delete",
    "expire_all",
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
    let params = args.positional.get(1).cloned().or_else(|| args.keyword("parameters").cloned());
    let (of, method) = name.rsplit_once('.').unwrap_or((name, ""));
    Ok(match (of, method) {
        ("bind" | "session" | "impl", "execute" | "exec" | "_exec") => {
            // SQLAlchemy 1.4 takes parameters by their names.
            let params = params.or_else(|| named_params(args));
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@result", sql)
        }
        ("bind" | "session", "scalar") => {
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@scalar", sql)
        }
        ("bind" | "session", "scalars") => {
            let sql = execute::send(run, &first, params.as_ref(), at)?;
            result("@column", sql)
        }
        ("bind", "exec_driver_sql") => {
            let sql = execute::to_driver(run, &first, at);
            result("@result", sql)
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
            table_exists(name.as_ref(), schema.as_ref())
        }
        ("dialect", "has_type") => {
            type_exists(args.get(1, "type_name").as_ref(), args.get(2, "schema").as_ref())
        }
        ("inspector", method) => inspected(method, args),
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

/// What an inspector tells.
fn inspected(method: &str, args: &Args) -> Value {
    let schema = args.get(0, "schema").unwrap_or(Value::None);
    let (of, positional) = match method {
        "has_table" => {
            return table_exists(
                args.get(0, "table_name").as_ref(),
                args.get(1, "schema").as_ref(),
            );
        }
        "get_table_names" => ("@tables", vec![schema]),
        "get_enums" => ("@enums", vec![schema]),
        "get_columns" => {
            let table = args.get(0, "table_name").unwrap_or(Value::Unknown);
            ("@columns", vec![table, args.get(1, "schema").unwrap_or(Value::None)])
        }
        _ => return Value::Unknown,
    };
    Value::made(of, Args { positional, ..Args::default() })
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

/// What a query gives; unknown where the query is not known.
fn result(of: &str, sql: Option<String>) -> Value {
    match sql {
        Some(sql) if is_query(&sql) => {
            let sql = sql.trim().trim_end_matches(';').to_owned();
            Value::made(of, Args { positional: vec![Value::text(sql)], ..Args::default() })
        }
        _ => Value::Unknown,
    }
}

fn is_query(sql: &str) -> bool {
    !has_hole(sql)
        && words(sql).next().is_some_and(|word| word == "select")
        && !sql.trim_end_matches(';').contains(';')
}

/// A method of the result of a query.
pub(super) fn of_result(made: &Made, name: &str) -> Value {
    let as_what = match (&*made.of, name) {
        ("@result", "fetchone" | "first" | "one_or_none" | "one") => "@row",
        ("@result", "scalar" | "scalar_one_or_none" | "scalar_one")
        | ("@column", "first" | "one_or_none") => "@scalar",
        ("@result", "fetchall" | "all") => "@rows",
        ("@result", "scalars") | ("@column", "all" | "fetchall") => "@column",
        _ => return Value::Unknown,
    };
    Value::made(as_what, made.args.borrow().clone())
}

fn sql_of(made: &Made) -> Option<String> {
    Some(made.args.borrow().positional.first()?.as_str()?.to_owned())
}

/// SQL that tells whether what a query gave is true.
pub(crate) fn rows(made: &Made) -> Option<String> {
    let sql = sql_of(made)?;
    match &*made.of {
        "@row" | "@rows" => Some(format!("EXISTS ({sql})")),
        "@scalar" => {
            let words: Vec<String> = words(&sql).take(3).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words[..] {
                ["select", "exists", ..] => Some(format!("({sql})")),
                ["select", "count", ..] => Some(format!("({sql}) > 0")),
                ["select", number, "from"] if number.parse::<u32>().is_ok_and(|it| it > 0) => {
                    Some(format!("EXISTS ({sql})"))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// SQL that tells whether what a query gave is equal to a value.
pub(crate) fn compared(one: &Value, other: &Value) -> Option<String> {
    let ((Value::Made(made), value) | (value, Value::Made(made))) = (one, other) else {
        return None;
    };
    let sql = sql_of(made)?;
    match (&*made.of, value) {
        ("@row", Value::None) => Some(format!("NOT EXISTS ({sql})")),
        ("@scalar", Value::None) => Some(format!("({sql}) IS NULL")),
        ("@scalar", Value::Int(number)) => Some(format!("({sql}) = {number}")),
        _ => None,
    }
}

/// SQL that tells whether a value is among names that the database has.
pub(crate) fn contains(value: &Value, inside: &Value) -> Option<String> {
    let Value::Made(made) = inside else { return None };
    let args = made.args.borrow().clone();
    let first = args.positional.first();
    match &*made.of {
        "@tables" => condition(table_exists(Some(value), first)),
        "@enum_names" => condition(type_exists(Some(value), first)),
        "@column_names" => {
            let (table, column) = (first?.as_str()?, value.as_str()?);
            let schema = schema_sql(args.positional.get(1))?;
            Some(format!(
                "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = {schema} AND table_name = {} AND \
                 column_name = {})",
                literal(table),
                literal(column)
            ))
        }
        "@column" => Some(format!("{} IN ({})", literal(value.as_str()?), sql_of(made)?)),
        _ => None,
    }
}

fn condition(value: Value) -> Option<String> {
    match value {
        Value::Condition(sql) => Some(sql.to_string()),
        _ => None,
    }
}

fn schema_sql(schema: Option<&Value>) -> Option<String> {
    match schema {
        None | Some(Value::None) => Some("current_schema()".to_owned()),
        Some(schema) => Some(literal(schema.as_str()?)),
    }
}

/// Whether there is a table.
fn table_exists(name: Option<&Value>, schema: Option<&Value>) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(schema)) => Value::Condition(
            format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = {schema} AND tablename = {})",
                literal(name)
            )
            .into(),
        ),
        _ => Value::Unknown,
    }
}

fn type_exists(name: Option<&Value>, schema: Option<&Value>) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(schema)) => Value::Condition(
            format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
                 WHERE t.typname = {} AND n.nspname = {schema})",
                literal(name)
            )
            .into(),
        ),
        _ => Value::Unknown,
    }
}

/// `[c["name"] for c in inspector.get_columns("t")]`, `[row[0] for row in result]`: the names that these are. Nothing where it
/// is something else.
pub(crate) fn names_of_rows(over: &Value, target: &Expr, element: &Expr) -> Option<Value> {
    let Value::Made(made) = over else { return None };
    let Expr::Name(target) = target else { return None };
    let is_target = |of: &Expr| matches!(of, Expr::Name(name) if name.id == target.id);
    let Expr::Subscript(element) = element else { return None };
    if !is_target(&element.value) {
        return None;
    }
    let is_name =
        matches!(&*element.slice, Expr::StringLiteral(key) if key.value.to_str() == "name");
    let is_first = matches!(&*element.slice, Expr::NumberLiteral(number)
        if matches!(&number.value, ruff_python_ast::Number::Int(int) if int.as_i64() == Some(0)));
    let of = match &*made.of {
        "@columns" if is_name => "@column_names",
        "@enums" if is_name => "@enum_names",
        "@result" | "@rows" if is_first && has_one_column(&sql_of(made)?) => "@column",
        _ => return None,
    };
    Some(Value::made(of, made.args.borrow().clone()))
}

/// Whether a query selects one column, by its name.
fn has_one_column(sql: &str) -> bool {
    let words: Vec<String> = words(sql).skip(1).take_while(|word| word != "from").collect();
    words.len() <= 3 && !words.iter().any(|word| word == "," || word == "*")
}
