//! Any label and any identifier: what the renderer writes is what the server stores and returns,
//! byte for byte. `PROPTEST_CASES` says how many definitions to try.

use std::cell::RefCell;

use pg_enum_core::{Definition, Ident, Literal, MAX_BYTES};
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use tokio::runtime::Builder;

use crate::harness::{labels, tests, try_run};

tests![any_definition_is_stored_as_it_is];

/// Texts that have broken somebody's quoting.
const NASTY: &[&str] = &[
    "'",
    "''",
    "\"",
    "\\",
    "\\'",
    "$$",
    "$pg_enum$",
    "$pg_enum_$",
    "\n",
    "\r\n",
    "\t",
    "%",
    "%I",
    "%%",
    "--",
    "/*",
    "*/",
    ";",
    "'); DROP TABLE t; --",
    "\u{1f600}",
    "e\u{301}",
    "\u{202e}",
    "é",
    "NULL",
    "{",
    "}",
    ",",
    " ",
    ".",
    "U&",
    "E'",
    "\u{feff}",
    "\u{7f}",
    "\u{1}",
    "ß",
    "İ",
    ":x",
    "?",
    "${x}",
    "{{x}}",
    "A",
    "a",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(NASTY).prop_map(str::to_owned),
        2 => any::<char>().prop_map(String::from),
        2 => "[a-zA-Z0-9_]{1,12}",
    ];
    let mixed = vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    // As long as can be, in characters of one to four bytes.
    let longest = prop::sample::select(&["x", "é", "€", "\u{1f600}"][..])
        .prop_map(|character| character.repeat(MAX_BYTES / character.len()));
    prop_oneof![6 => mixed, 1 => longest]
}

#[derive(Debug, Clone)]
struct Case {
    schema: String,
    name: String,
    labels: Vec<String>,
}

fn case() -> impl Strategy<Value = Case> {
    (text(), text(), vec(text(), 1..6)).prop_map(|(schema, name, labels)| Case {
        schema,
        name,
        labels,
    })
}

/// Proptest is not asynchronous, so it works on a thread of its own.
async fn any_definition_is_stored_as_it_is(database: Database) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let connection = RefCell::new(runtime.block_on(database.connect()).unwrap());
        let config = Config { failure_persistence: None, ..Config::default() };
        TestRunner::new(config).run(&case(), |case| {
            let outcome = runtime.block_on(check(&mut connection.borrow_mut(), &case));
            outcome.map_err(TestCaseError::fail)
        })
    });
    match found.await.unwrap() {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:#?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

async fn check(connection: &mut PgConnection, case: &Case) -> Result<(), String> {
    let as_str: Vec<&str> = case.labels.iter().map(String::as_str).collect();
    let definition = Definition::new(&case.name, &as_str).in_schema(&case.schema);
    if definition.violations().next().is_some() || case.schema.starts_with("pg_") {
        return server_disagrees(connection, definition).await;
    }
    let outcome = stored_as_it_is(connection, definition).await;
    let schema = Ident(&case.schema);
    execute(connection, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await?;
    outcome
}

async fn stored_as_it_is(
    connection: &mut PgConnection,
    definition: Definition<'_>,
) -> Result<(), String> {
    let Definition { schema, name, labels: expected, .. } = definition;
    let schema = schema.expect("every case has one");
    if schema != "public" {
        execute(connection, &format!("CREATE SCHEMA {}", Ident(schema))).await?;
    }
    for _ in 0..2 {
        execute(connection, &definition.create_sql().to_string()).await?;
        equal("the catalog", &labels(connection, schema, name).await, expected)?;
    }

    // A table has a type of its own name, so it must have one that no type is given.
    let table = format!("{}.\"the table of the types\"", Ident(schema));
    let name_sql = definition.name_sql();
    execute(connection, &format!("CREATE TABLE {table} (id serial, v {name_sql})")).await?;
    for label in expected {
        let label = Literal(label);
        execute(connection, &format!("INSERT INTO {table} (v) VALUES ({label})")).await?;
    }
    let read = sqlx::query(AssertSqlSafe(format!("SELECT v::text FROM {table} ORDER BY id")))
        .fetch_all(&mut *connection)
        .await
        .map_err(|error| error.to_string())?;
    let read: Vec<String> = read.iter().map(|row| row.get(0)).collect();
    equal("the rows", &read, expected)?;

    execute(connection, &format!("DROP TABLE {table}")).await?;
    for _ in 0..2 {
        execute(connection, &definition.drop_sql().to_string()).await?;
    }
    equal("the catalog, at last", &labels(connection, schema, name).await, &[])
}

/// Of a definition with violations the server does not make what it says.
async fn server_disagrees(
    connection: &mut PgConnection,
    definition: Definition<'_>,
) -> Result<(), String> {
    let Definition { schema, name, labels: expected, .. } = definition;
    let schema = schema.expect("every case has one");
    execute(connection, "BEGIN").await?;
    let made = async {
        try_run(connection, &format!("CREATE SCHEMA {}", Ident(schema))).await?;
        try_run(connection, &definition.create_sql().to_string()).await
    };
    let made = made.await.is_ok() && labels(connection, schema, name).await == expected;
    // A NUL character in the text ends the connection's protocol message, and no more than that.
    execute(connection, "ROLLBACK").await?;
    if made { Err("the server takes what `violations` refuses".to_owned()) } else { Ok(()) }
}

async fn execute(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    try_run(connection, sql).await.map_err(|error| format!("{error}\n{sql}"))
}

fn equal(what: &str, found: &[String], expected: &[&str]) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{what}: {found:?} is not {expected:?}")) }
}
