//! Casts that the owner of a type has made, with a function that runs as whoever casts.

use pg_enum_test_server::Database;

use super::{Mallory, everything};
use crate::harness::{refused, run, tests};

tests![
    a_trap_springs,
    to_text,
    to_text_by_assignment,
    to_text_implicitly,
    to_name,
    to_varchar_and_back,
    from_text,
    of_the_array,
    of_the_array_implicitly,
    that_hides_the_order,
];

/// A cast of `from` to `to`, by a function that springs the trap.
fn cast(from: &str, to: &str, how: &str) -> String {
    let name = format!("trap.\"{from} to {to}\"");
    format!(
        "CREATE FUNCTION {name}({from}) RETURNS {to} LANGUAGE plpgsql AS $trap$ BEGIN
          PERFORM trap.spring(); RETURN pg_catalog.format('%s', $1); END $trap$;
        CREATE CAST ({from} AS {to}) WITH FUNCTION {name}({from}) {how};"
    )
}

async fn check(database: Database, sql: &str) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(sql).await;
    everything(&mut mallory).await;
    mallory.goes().await;
}

/// Or nothing of this would prove anything.
async fn a_trap_springs(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory.lays(&cast("app.mood", "text", "")).await;
    assert_eq!(mallory.has_caught().await, None);
    run(&mut mallory.admin, "BEGIN READ ONLY; SELECT mood::text FROM app.t; ROLLBACK").await;
    assert!(mallory.has_caught().await.unwrap().contains("SELECT mood::text"));
    mallory.is_dropped().await;
}

async fn to_text(database: Database) {
    check(database, &cast("app.mood", "text", "")).await;
}

async fn to_text_by_assignment(database: Database) {
    check(database, &cast("app.mood", "text", "AS ASSIGNMENT")).await;
}

async fn to_text_implicitly(database: Database) {
    check(database, &cast("app.mood", "text", "AS IMPLICIT")).await;
}

async fn to_name(database: Database) {
    check(database, &cast("app.mood", "name", "AS IMPLICIT")).await;
}

async fn to_varchar_and_back(database: Database) {
    let both = cast("app.mood", "varchar", "AS IMPLICIT")
        + &cast("varchar", "app.mood", "AS IMPLICIT")
        + &cast("public.bare", "text", "AS IMPLICIT");
    check(database, &both).await;
}

async fn from_text(database: Database) {
    check(database, &cast("text", "app.mood", "AS IMPLICIT")).await;
}

async fn of_the_array(database: Database) {
    check(database, &cast("app.mood[]", "text[]", "")).await;
}

async fn of_the_array_implicitly(database: Database) {
    let sql =
        cast("app.mood[]", "text[]", "AS IMPLICIT") + &cast("app.mood[]", "text", "AS IMPLICIT");
    check(database, &sql).await;
}

/// One that means no harm, and shows labels as they are not.
async fn that_hides_the_order(database: Database) {
    let mut mallory = Mallory::new(database).await;
    mallory
        .lays(
            "CREATE TYPE app.size AS ENUM ('Small', 'Large');
            CREATE FUNCTION app.pretty(app.size) RETURNS text LANGUAGE sql AS
              $$ SELECT CASE $1 WHEN 'Small' THEN 'Large' ELSE 'Small' END $$;
            CREATE CAST (app.size AS text) WITH FUNCTION app.pretty(app.size)",
        )
        .await;
    let refusal = refused(&mut mallory.admin, <Size as pg_enum::PgEnum>::UP_SQL).await;
    assert!(refusal.message.contains("app.size"), "{refusal:?}");
    mallory.goes().await;
}

#[derive(pg_enum::PgEnum)]
#[pg_enum(schema = "app")]
enum Size {
    Large,
    Small,
}
