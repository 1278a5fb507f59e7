//! What queries and inspectors tell of the database. What they give is a value of its own (`@row`, `@tables`), which stands for what
//! is not known here; a question about it is a condition in SQL, which the database decides.

use pg_enum_core::Literal;
use pg_enum_migrations::folder::HOLE;
use pg_enum_migrations::words;
use ruff_python_ast::{CmpOp, Comprehension, Expr};

use crate::looked_for::{among, looked_for, scope};
use crate::value::{Args, Asked, Made, Moment, Scope, Thing, ThingKind, Value};

/// What a method of an inspector is asked, which keeps the answer; nothing where that is not known.
pub(crate) fn question(method: &str, args: &Args) -> Option<String> {
    let text = |value: Option<Value>| match value {
        None | Some(Value::None) => Some(String::new()),
        Some(value) => Some(value.as_str()?.to_owned()),
    };
    let (first, second) = match method {
        "get_table_names" | "get_enums" => (None, args.get(0, "schema")),
        _ => (args.get(0, "table_name"), args.get(1, "schema")),
    };
    Some(format!("{method}\0{}\0{}", text(first)?, text(second)?))
}

/// What a method of an inspector tells.
pub(crate) fn inspected(method: &str, args: &Args, when: Moment) -> Value {
    let schema = args.get(0, "schema").unwrap_or(Value::None);
    let (of, positional) = match method {
        "has_table" => {
            return relation_exists(
                args.get(0, "table_name").as_ref(),
                args.get(1, "schema").as_ref(),
                when,
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
    told(of, positional, when)
}

fn told(of: &str, positional: Vec<Value>, when: Moment) -> Value {
    let mut args = Args { positional, ..Args::default() };
    when.keep(&mut args);
    Value::made(of, args)
}

/// What a query gives; unknown where the query is not known.
pub(crate) fn result(of: &str, sql: Option<String>, when: Moment) -> Value {
    match sql {
        Some(sql) if is_query(&sql) => {
            let sql = sql.trim().trim_end_matches(';').to_owned();
            told(of, vec![Value::text(sql)], when)
        }
        _ => Value::Unknown,
    }
}

pub(crate) fn is_query(sql: &str) -> bool {
    !sql.contains(HOLE)
        && words(sql).next().is_some_and(|word| word == "select")
        && !sql.trim_end_matches(';').contains(';')
}

/// A method of the result of a query.
pub(crate) fn of_result(made: &Made, name: &str) -> Value {
    if NAMES.contains(&&*made.of) && matches!(name, "copy" | "keys") {
        return Value::made(&made.of, made.args.borrow().clone());
    }
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

/// What a query is asked; `sql` is the question, and `query` the query.
fn asked(made: &Made, query: &str, sql: String) -> Asked {
    let when = Moment::kept(&made.args.borrow());
    let (names, label) = looked_for(query);
    Asked { sql, when, thing: None, names, label, scope: scope(query) }
}

/// Whether what a query gave is true, or whether there is what an inspector was asked for.
pub(crate) fn truth(made: &Made) -> Option<Asked> {
    if let "@holds" | "@first" = &*made.of {
        return held(made);
    }
    let sql = sql_of(made)?;
    Some(asked(made, &sql, truth_in_sql(made, &sql)?))
}

fn truth_in_sql(made: &Made, sql: &str) -> Option<String> {
    match &*made.of {
        "@row" | "@rows" => Some(format!("EXISTS ({sql})")),
        "@scalar" => {
            let words: Vec<String> = words(sql).take(3).collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            match words[..] {
                ["select", "exists", ..] => Some(format!("({sql})")),
                ["select", "count", ..] => Some(format!("({sql}) > 0")),
                ["select", number, "from"] if number.parse::<u32>().is_ok_and(|it| it > 0) => {
                    Some(format!("EXISTS ({sql})"))
                }
                _ => truth_of_expression(sql),
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

/// Whether what a query gave is equal to a value.
pub(crate) fn compared(one: &Value, other: &Value) -> Option<Asked> {
    let ((Value::Made(made), value) | (value, Value::Made(made))) = (one, other) else {
        return None;
    };
    if let ("@first", Value::None) = (&*made.of, value) {
        return Some(held(made)?.not());
    }
    let sql = sql_of(made)?;
    let question = match (&*made.of, value) {
        ("@row", Value::None) => format!("NOT EXISTS ({sql})"),
        ("@scalar", Value::None) => format!("({sql}) IS NULL"),
        ("@scalar", Value::Int(number)) => format!("({sql}) = {number}"),
        _ => return None,
    };
    Some(asked(made, &sql, question))
}

/// Whether a value is among names that the database has.
pub(crate) fn contains(value: &Value, inside: &Value) -> Option<Asked> {
    let Value::Made(made) = inside else { return None };
    let args = made.args.borrow().clone();
    let first = args.positional.first();
    let when = Moment::kept(&args);
    match &*made.of {
        "@tables" => condition(table_exists(Some(value), first, when)),
        "@enum_names" => condition(enum_exists(value, first, when)),
        "@column_names" => {
            let (table, column) = (first?.as_str()?, value.as_str()?);
            let schema = args.positional.get(1);
            let schema_sql = schema_sql(schema)?;
            let sql = format!(
                "EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = {schema_sql} AND table_name = {} AND \
                 column_name = {})",
                Literal(table),
                Literal(column)
            );
            // A table that is dropped has no column either.
            let kind = ThingKind::Column(table.to_owned());
            let asked = asked_for(kind, column, schema, sql, when);
            Some(Asked { names: vec![table.to_owned()], ..asked })
        }
        "@column" => {
            let (value, query) = (value.as_str()?, sql_of(made)?);
            let asked = asked(made, &query, format!("{} IN ({query})", Literal(value)));
            Some(among(asked, &query, value))
        }
        _ => None,
    }
}

fn asked_for(
    kind: ThingKind,
    name: &str,
    schema: Option<&Value>,
    sql: String,
    when: Moment,
) -> Asked {
    let schema = schema.and_then(Value::as_str).map(str::to_owned);
    let thing = Thing { kind, schema, name: name.to_owned(), is_there: true };
    Asked {
        sql,
        when,
        thing: Some(thing),
        names: vec![name.to_owned()],
        label: None,
        scope: Scope::Objects,
    }
}

pub(crate) fn condition(value: Value) -> Option<Asked> {
    match value {
        Value::Condition(asked) => Some((*asked).clone()),
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
pub(crate) fn table_exists(name: Option<&Value>, schema: Option<&Value>, when: Moment) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(in_schema)) => {
            let sql = format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = {in_schema} AND tablename = {})",
                Literal(name)
            );
            Value::Condition(asked_for(ThingKind::Table, name, schema, sql, when).into())
        }
        _ => Value::Unknown,
    }
}

/// Whether there is a table, a view or the like (`sqlalchemy/dialects/postgresql/base.py`, `PGDialect.has_table`).
pub(crate) fn relation_exists(name: Option<&Value>, schema: Option<&Value>, when: Moment) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(in_schema)) => {
            let sql = format!(
                "EXISTS (SELECT 1 FROM information_schema.tables WHERE table_schema = {in_schema} AND table_name = {name}) OR \
                 EXISTS (SELECT 1 FROM pg_catalog.pg_matviews WHERE schemaname = {in_schema} AND matviewname = {name})",
                name = Literal(name)
            );
            Value::Condition(asked_for(ThingKind::Table, name, schema, sql, when).into())
        }
        _ => Value::Unknown,
    }
}

/// Whether there is an enum.
fn enum_exists(name: &Value, schema: Option<&Value>, when: Moment) -> Value {
    match condition(type_exists(Some(name), schema, when)) {
        Some(asked) => {
            let sql = asked.sql.replacen(" WHERE ", " WHERE t.typtype = 'e' AND ", 1);
            let thing = asked.thing.map(|thing| Thing { kind: ThingKind::Enum, ..thing });
            Value::Condition(Asked { sql, thing, ..asked }.into())
        }
        None => Value::Unknown,
    }
}

/// Whether there is a type.
pub(crate) fn type_exists(name: Option<&Value>, schema: Option<&Value>, when: Moment) -> Value {
    match (name.and_then(Value::as_str), schema_sql(schema)) {
        (Some(name), Some(in_schema)) => {
            let sql = format!(
                "EXISTS (SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace \
                 WHERE t.typname = {} AND n.nspname = {in_schema})",
                Literal(name)
            );
            Value::Condition(asked_for(ThingKind::Type, name, schema, sql, when).into())
        }
        _ => Value::Unknown,
    }
}

/// Names that the database has: a list of its tables, or what a comprehension makes of its enums.
const NAMES: [&str; 4] = ["@tables", "@enum_names", "@column_names", "@column"];

/// Whether it is names that the database has.
fn is_names(value: &Value) -> Option<&Made> {
    value.as_made().map(|made| &**made).filter(|made| NAMES.contains(&&*made.of))
}

/// `set(inspector.get_table_names())`: the same names, which may be changed apart.
pub(crate) fn same_names(of: &Value) -> Option<Value> {
    is_names(of).map(|made| Value::made(&made.of, made.args.borrow().clone()))
}

/// A method of names that the database has: where it changes them, they are not known any more.
pub(crate) fn change_names(of: &Value, method: &str) {
    if let Some(made) = is_names(of)
        && (CHANGING.contains(&method) || method.ends_with("_update"))
    {
        forget_names(made);
    }
}

/// The methods of lists, sets and dicts that change what is in them.
const CHANGING: [&str; 11] = [
    "add",
    "append",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popitem",
    "remove",
    "setdefault",
    "update",
];

/// An item of names that the database has is assigned or deleted.
pub(crate) fn change_item(of: &Value) {
    if let Some(made) = is_names(of) {
        forget_names(made);
    }
}

fn forget_names(made: &Made) {
    made.args.borrow_mut().positional = vec![Value::Unknown];
}

/// The one name of a row that an expression gives: `row["name"]`, `row.get("name")`, `row[0]`, or the row itself where it is a name.
fn names_by(over: &Value, target: &Expr, element: &Expr) -> Option<Value> {
    let made = over.as_made()?;
    let Expr::Name(target) = target else { return None };
    let is_target = |of: &Expr| matches!(of, Expr::Name(name) if name.id == target.id);
    if is_target(element) {
        return same_names(over);
    }
    let key = match element {
        Expr::Subscript(it) if is_target(&it.value) => &*it.slice,
        Expr::Call(it) => match (&*it.func, &*it.arguments.args) {
            (Expr::Attribute(get), [key, ..]) if &*get.attr == "get" && is_target(&get.value) => {
                key
            }
            _ => return None,
        },
        _ => return None,
    };
    let is_name = matches!(key, Expr::StringLiteral(key) if key.value.to_str() == "name");
    let is_first = matches!(key, Expr::NumberLiteral(number)
        if matches!(&number.value, ruff_python_ast::Number::Int(int) if int.as_i64() == Some(0)));
    let of = match &*made.of {
        "@columns" if is_name => "@column_names",
        "@enums" if is_name => "@enum_names",
        "@result" | "@rows" if is_first && has_one_column(&sql_of(made)?) => "@column",
        _ => return None,
    };
    Some(Value::made(of, made.args.borrow().clone()))
}

/// What a comprehension over what the database has comes to.
pub(crate) enum Comprehended<'e> {
    /// `[c["name"] for c in inspector.get_columns("t")]`: names.
    Names(Value),
    /// `e for e in inspector.get_enums() if e["name"] == "x"`: rows, of which there is one if this is among the names.
    Holds(Value, &'e Expr),
    /// `e["name"] == "x" for e in …`: answers, of which one is true if this is among the names.
    Equals(Value, &'e Expr),
}

/// The same; nothing where it is something else.
pub(crate) fn comprehended<'e>(
    over: &Value,
    comprehension: &'e Comprehension,
    element: &'e Expr,
) -> Option<Comprehended<'e>> {
    let target = &comprehension.target;
    let equal = |test: &'e Expr, is_filter: bool| {
        let Expr::Compare(it) = test else { return None };
        let ([CmpOp::Eq], [right]) = (&*it.ops, &*it.comparators) else { return None };
        let one = |side, other| {
            let names = names_by(over, target, side)?;
            Some(if is_filter {
                Comprehended::Holds(names, other)
            } else {
                Comprehended::Equals(names, other)
            })
        };
        one(&it.left, right).or_else(|| one(right, &it.left))
    };
    match &*comprehension.ifs {
        [] => match names_by(over, target, element) {
            Some(names) => Some(Comprehended::Names(names)),
            None => equal(element, false),
        },
        // What is in the list is true: a row, its name.
        [test] if matches!(element, Expr::Name(_) | Expr::Subscript(_)) => equal(test, true),
        _ => None,
    }
}

/// What a comprehension gives that tells whether a value is among names: `@holds` is a list of rows, `@found` a generator of them, and
/// `@equals` gives answers, which are in a list whatever they are.
pub(crate) fn holds(form: &str, value: &Value, names: &Value) -> Option<Value> {
    let asked = contains(value, names)?;
    let positional = vec![Value::Condition(asked.into())];
    Some(Value::made(form, Args { positional, ..Args::default() }))
}

/// What such a thing asks, for `any(…)`.
pub(crate) fn held(made: &Made) -> Option<Asked> {
    let first = made.args.borrow().positional.first().cloned();
    first.filter(|_| HELD.contains(&&*made.of)).and_then(condition)
}

const HELD: [&str; 4] = ["@holds", "@found", "@equals", "@first"];

/// `next(…, None)` of a generator of rows: a row or nothing.
pub(crate) fn first_of(made: &Made) -> Option<Value> {
    let is_found = *made.of == *"@found";
    is_found.then(|| Value::made("@first", made.args.borrow().clone()))
}

/// Whether a query selects one column, by its name.
fn has_one_column(sql: &str) -> bool {
    let words: Vec<String> = words(sql).skip(1).take_while(|word| word != "from").collect();
    words.len() <= 3 && !words.iter().any(|word| word == "," || word == "*")
}
