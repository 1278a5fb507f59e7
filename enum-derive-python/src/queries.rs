//! What queries and inspectors tell of the database. What they give is a value of its own (`@row`, `@tables`), which stands for what
//! is not known here; a question about it is a condition in SQL, which the database decides.

use pg_enum_core::Literal;
use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::words;
use ruff_python_ast::Expr;

use crate::value::{Args, Made, Value};

/// What a method of an inspector tells.
pub(crate) fn inspected(method: &str, args: &Args) -> Value {
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

/// What a query gives; unknown where the query is not known.
pub(crate) fn result(of: &str, sql: Option<String>) -> Value {
    match sql {
        Some(sql) if is_query(&sql) => {
            let sql = sql.trim().trim_end_matches(';').to_owned();
            Value::made(of, Args { positional: vec![Value::text(sql)], ..Args::default() })
        }
        _ => Value::Unknown,
    }
}

fn is_query(sql: &str) -> bool {
    !sql.contains(HOLE)
        && words(sql).next().is_some_and(|word| word == "select")
        && !sql.trim_end_matches(';').contains(';')
}

/// A method of the result of a query.
pub(crate) fn of_result(made: &Made, name: &str) -> Value {
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
pub(crate) fn truth(made: &Made) -> Option<String> {
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
                _ => truth_of_expression(&sql),
            }
        }
        _ => None,
    }
}

/// The same for the one value of a query without a table: `SELECT to_regtype('x') IS NOT NULL`, `SELECT to_regtype('x')`, which
/// gives a name or nothing (`PostgreSQL`'s manual, "System Information Functions and Operators").
fn truth_of_expression(sql: &str) -> Option<String> {
    const MORE: [&str; 14] = [
        ",",
        "and",
        "except",
        "fetch",
        "from",
        "group",
        "having",
        "intersect",
        "into",
        "limit",
        "offset",
        "or",
        "union",
        "where",
    ];
    let mut depth = 0_u32;
    let mut outside: Vec<String> = words(sql).collect();
    outside.retain(|word| {
        match &**word {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    let mut outside: Vec<&str> = outside.iter().map(String::as_str).collect();
    if let [.., "as", _] = outside[..] {
        outside.truncate(outside.len() - 2);
    }
    if outside.iter().any(|word| MORE.contains(word)) {
        return None;
    }
    match outside[..] {
        [.., "is", "null"] | [.., "is", "not", "null"] => Some(format!("({sql})")),
        ["select", "to_regtype" | "to_regclass"]
        | ["select", "pg_catalog", ".", "to_regtype" | "to_regclass"] => {
            Some(format!("({sql}) IS NOT NULL"))
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
                Literal(table),
                Literal(column)
            ))
        }
        "@column" => Some(format!("{} IN ({})", Literal(value.as_str()?), sql_of(made)?)),
        _ => None,
    }
}

pub(crate) fn condition(value: Value) -> Option<String> {
    match value {
        Value::Condition(sql) => Some(sql.to_string()),
        _ => None,
    }
}

fn schema_sql(schema: Option<&Value>) -> Option<String> {
    match schema {
        None | Some(Value::None) => Some("current_schema()".to_owned()),
        Some(schema) => Some(Literal(schema.as_str()?).to_string()),
    }
}

/// Whether there is a table.
pub(crate) fn table_exists(name: Option<&Value>, schema: Option<&Value>) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(schema)) => Value::Condition(
            format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = {schema} AND tablename = {})",
                Literal(name)
            )
            .into(),
        ),
        _ => Value::Unknown,
    }
}

/// Whether there is a type.
pub(crate) fn type_exists(name: Option<&Value>, schema: Option<&Value>) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(schema)) => Value::Condition(
            format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
                 WHERE t.typname = {} AND n.nspname = {schema})",
                Literal(name)
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
