//! The way back of a label that was added: it stays, and no row may hold it.

use pg_enum_core::Definition;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{downs, planned, ups};
use crate::harness::{labels, refused, run, tests};

tests![
    the_label_stays,
    rows_are_in_the_way_wherever_they_are,
    a_label_of_this_transaction_is_in_no_row,
    hostile_names_are_named,
    hidden_rows_are_an_error,
    other_sessions_keep_their_tables,
];

const MOOD: Definition<'_> = Definition::new("mood", &["sad", "it's"]).in_schema("public");

fn back() -> String {
    downs(&planned(&["sad"], MOOD)).remove(0)
}

fn there() -> String {
    ups(&planned(&["sad"], MOOD)).remove(0)
}

async fn prepared(database: &Database) -> PgConnection {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad')").await;
    run(&mut connection, &there()).await;
    connection
}

async fn the_label_stays(database: Database) {
    let mut connection = prepared(&database).await;
    run(
        &mut connection,
        "CREATE TABLE t (m mood, ms mood[]); INSERT INTO t VALUES ('sad', '{sad}')",
    )
    .await;
    for _ in 0..2 {
        run(&mut connection, &back()).await;
        assert_eq!(labels(&mut connection, "public", "mood").await, MOOD.labels);
    }
    // Nor does it mind where there is no such label, or no such type.
    run(&mut connection, "DROP TABLE t; DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad')").await;
    run(&mut connection, &back()).await;
    run(&mut connection, "DROP TYPE mood").await;
    run(&mut connection, &back()).await;
}

async fn rows_are_in_the_way_wherever_they_are(database: Database) {
    let mut connection = prepared(&database).await;
    for (made, places) in [
        (
            "CREATE TABLE t (id int, m mood); INSERT INTO t VALUES (1, 'it''s')",
            "column m of public.t",
        ),
        (
            "CREATE TABLE t (m mood[]); INSERT INTO t VALUES ('{{sad,sad},{sad,it''s}}')",
            "column m of public.t",
        ),
        (
            "CREATE TABLE t (a mood, b mood[], c mood); CREATE TABLE u (m mood); \
             INSERT INTO t VALUES ('it''s', ARRAY[NULL, 'it''s']::mood[], 'sad'); \
             INSERT INTO u VALUES ('it''s')",
            "column a of public.t, column b of public.t, column m of public.u",
        ),
        (
            "CREATE TABLE t (m mood) PARTITION BY LIST (m); \
             CREATE TABLE p PARTITION OF t FOR VALUES IN ('it''s') PARTITION BY LIST (m); \
             CREATE TABLE q PARTITION OF p DEFAULT; INSERT INTO t VALUES ('it''s')",
            "column m of public.t",
        ),
        (
            "CREATE TABLE t (m mood); CREATE TABLE child () INHERITS (t); \
             INSERT INTO child VALUES ('it''s')",
            "column m of public.child",
        ),
        (
            "CREATE TABLE t (m mood); INSERT INTO t VALUES ('it''s'); \
             CREATE MATERIALIZED VIEW v AS SELECT * FROM t; TRUNCATE t; \
             CREATE MATERIALIZED VIEW w AS SELECT * FROM t WITH NO DATA",
            "column m of public.v",
        ),
        (
            "CREATE DOMAIN d AS mood; CREATE DOMAIN ds AS mood[]; CREATE DOMAIN dd AS d; \
             CREATE TABLE t (a d, b ds, c dd, e d[]); \
             INSERT INTO t VALUES ('it''s', '{it''s}', 'it''s', '{it''s}')",
            "column a of public.t, column b of public.t, column c of public.t, column e of public.t",
        ),
        ("CREATE TEMP TABLE t (m mood); INSERT INTO t VALUES ('it''s')", "column m of t"),
    ] {
        run(&mut connection, "BEGIN").await;
        run(&mut connection, made).await;
        let refusal = refused(&mut connection, &back()).await;
        assert_eq!(refusal.code, "55000");
        let expected = format!(
            "cannot go back behind value 'it''s' of enum type public.mood: rows still hold it, in \
             {places}; change those rows first (the label itself stays: PostgreSQL cannot remove one)"
        );
        assert_eq!(refusal.message, expected, "{made}");
        run(&mut connection, "ROLLBACK").await;
    }
}

async fn a_label_of_this_transaction_is_in_no_row(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood, ms mood[])")
        .await;
    run(&mut connection, "INSERT INTO t VALUES ('sad', '{sad}')").await;
    run(&mut connection, "BEGIN").await;
    run(&mut connection, &there()).await;
    run(&mut connection, &back()).await;
    run(&mut connection, "COMMIT").await;
    run(&mut connection, "INSERT INTO t VALUES ('it''s')").await;
    assert_eq!(refused(&mut connection, &back()).await.code, "55000");
    // Unless its type is new as well.
    run(
        &mut connection,
        "DROP TABLE t; DROP TYPE mood; BEGIN; CREATE TYPE mood AS ENUM ('sad', 'it''s')",
    )
    .await;
    run(&mut connection, "CREATE TABLE t (m mood); INSERT INTO t VALUES ('it''s')").await;
    assert_eq!(refused(&mut connection, &back()).await.code, "55000");
}

async fn hostile_names_are_named(database: Database) {
    let mut connection = prepared(&database).await;
    run(
        &mut connection,
        r#"CREATE SCHEMA "s %I"; CREATE TABLE "s %I"."t "" $pg_enum$" ("c ' %L" mood);
           INSERT INTO "s %I"."t "" $pg_enum$" VALUES ('it''s')"#,
    )
    .await;
    let refusal = refused(&mut connection, &back()).await;
    let place = r#"in column "c ' %L" of "s %I"."t "" $pg_enum$"; change"#;
    assert!(refusal.message.contains(place), "{}", refusal.message);
}

async fn hidden_rows_are_an_error(database: Database) {
    let mut connection = prepared(&database).await;
    let reader = format!("reader_of_{}", database.name());
    run(&mut connection, "CREATE TABLE t (m mood); INSERT INTO t VALUES ('it''s')").await;
    run(&mut connection, "ALTER TABLE t ENABLE ROW LEVEL SECURITY").await;
    run(
        &mut connection,
        &format!("CREATE ROLE {reader}; GRANT SELECT ON t TO {reader}; SET ROLE {reader}"),
    )
    .await;
    let refusal = refused(&mut connection, &back()).await;
    run(&mut connection, &format!("RESET ROLE; DROP OWNED BY {reader}; DROP ROLE {reader}")).await;
    assert_eq!(refusal.code, "42501", "{}", refusal.message);
}

async fn other_sessions_keep_their_tables(database: Database) {
    let mut connection = prepared(&database).await;
    let mut other = database.connect().await.unwrap();
    run(&mut other, "CREATE TEMP TABLE t (m mood); INSERT INTO t VALUES ('it''s')").await;
    run(&mut connection, &back()).await;
}
