//! A type that changes while a connection is open that has used it.

use pg_enum::{PgEnum, UnknownLabel};
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};

use super::Draft::{self, Complete, Partial};
use super::{connect, create, select, source, with_draft};
use crate::harness::{run, tests};

tests![
    a_recreated_type_fails_until_the_cache_is_cleared,
    a_swapped_type_fails_until_the_cache_is_cleared,
    a_cast_from_text_survives_a_swap,
    a_swapped_column_is_read_by_a_new_statement,
    a_renamed_type_goes_on_where_it_was_used,
    a_renamed_type_is_missing_where_it_was_not,
    a_renamed_value_is_refused_as_a_parameter,
    a_renamed_value_is_read_by_its_alias,
    an_added_value_is_written_by_a_statement_from_before,
    an_added_value_is_unknown_to_an_older_program,
];

/// Writes a value as a parameter, with the same statement every time, and reads it back.
async fn send(connection: &mut PgConnection, value: Draft) -> Result<Draft, sqlx::Error> {
    sqlx::query_scalar("SELECT $1").bind(value).fetch_one(connection).await
}

/// SQLSTATE and message of the server's refusal.
fn refusal(error: &sqlx::Error) -> (String, &str) {
    let error = error.as_database_error().expect("an error of the server's");
    (error.code().expect("a code").into_owned(), error.message())
}

/// From another session, as a migration would.
async fn migrate(database: &Database, sql: &str) {
    run(&mut connect(database).await, sql).await;
}

async fn recreate(database: &Database) {
    migrate(database, Draft::DROP_SQL).await;
    migrate(database, Draft::CREATE_SQL).await;
}

async fn a_recreated_type_fails_until_the_cache_is_cleared(database: Database) {
    let mut connection = with_draft(&database).await;
    send(&mut connection, Partial).await.unwrap();
    let oid: i64 = select(&mut connection, "'app.draft'::regtype::oid::bigint").await.unwrap();
    recreate(&database).await;
    for sql in ["SELECT $1", "SELECT $1 AS never_prepared"] {
        let error = sqlx::query(sql).bind(Partial).execute(&mut connection).await.unwrap_err();
        let (code, message) = refusal(&error);
        assert_eq!(code, "XX000");
        assert_eq!(message, format!("cache lookup failed for type {oid}"));
    }
    connection.clear_cached_statements().await.unwrap();
    assert_eq!(send(&mut connection, Partial).await.unwrap(), Partial);
}

/// A table with a column of the type, and what replaces the type under it.
const TABLE: &str = "CREATE TABLE it (value app.draft); INSERT INTO it VALUES ('done')";
const SWAP: &str = "
    ALTER TYPE app.draft RENAME TO old;
    CREATE TYPE app.draft AS ENUM ('done', 'Partial', 'Streaming');
    ALTER TABLE it ALTER value TYPE app.draft USING value::text::app.draft;
    DROP TYPE app.old";

async fn a_swapped_type_fails_until_the_cache_is_cleared(database: Database) {
    async fn count(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
        sqlx::query_scalar("SELECT count(*) FROM it WHERE value = $1")
            .bind(Complete)
            .fetch_one(connection)
            .await
    }
    let mut connection = with_draft(&database).await;
    run(&mut connection, TABLE).await;
    assert_eq!(count(&mut connection).await.unwrap(), 1);
    migrate(&database, SWAP).await;
    let error = count(&mut connection).await.unwrap_err();
    assert_eq!(refusal(&error).0, "XX000", "{error}");
    connection.clear_cached_statements().await.unwrap();
    assert_eq!(count(&mut connection).await.unwrap(), 1);
}

async fn a_cast_from_text_survives_a_swap(database: Database) {
    async fn count(connection: &mut PgConnection) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM it WHERE value = $1::text::app.draft")
            .bind(Complete.label())
            .fetch_one(connection)
            .await
            .unwrap()
    }
    let mut connection = with_draft(&database).await;
    run(&mut connection, TABLE).await;
    assert_eq!(count(&mut connection).await, 1);
    migrate(&database, SWAP).await;
    assert_eq!(count(&mut connection).await, 1);
}

async fn a_swapped_column_is_read_by_a_new_statement(database: Database) {
    async fn read(connection: &mut PgConnection) -> Result<Draft, sqlx::Error> {
        sqlx::query_scalar("SELECT value FROM it").fetch_one(connection).await
    }
    let mut connection = with_draft(&database).await;
    run(&mut connection, TABLE).await;
    assert_eq!(read(&mut connection).await.unwrap(), Complete);
    migrate(&database, SWAP).await;
    let error = read(&mut connection).await.unwrap_err();
    assert_eq!(refusal(&error), ("0A000".to_owned(), "cached plan must not change result type"));
    assert_eq!(select::<Draft>(&mut connection, "value AS new FROM it").await.unwrap(), Complete);
    connection.clear_cached_statements().await.unwrap();
    assert_eq!(read(&mut connection).await.unwrap(), Complete);
}

async fn a_renamed_type_goes_on_where_it_was_used(database: Database) {
    let mut connection = with_draft(&database).await;
    send(&mut connection, Partial).await.unwrap();
    migrate(&database, "ALTER TYPE app.draft RENAME TO article_state").await;
    // sqlx knows the type by its OID now, and shows the name it had.
    assert_eq!(send(&mut connection, Partial).await.unwrap(), Partial);
    let read: Draft = select(&mut connection, "'done'::app.article_state").await.unwrap();
    assert_eq!(read, Complete);
}

async fn a_renamed_type_is_missing_where_it_was_not(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "ALTER TYPE app.draft RENAME TO article_state").await;
    let error = send(&mut connection, Partial).await.unwrap_err();
    assert!(matches!(error, sqlx::Error::TypeNotFound { .. }), "{error}");
    let error = select::<Draft>(&mut connection, "'done'::app.article_state").await.unwrap_err();
    assert!(error.to_string().ends_with("with SQL type `app.article_state`"), "{error}");
}

async fn a_renamed_value_is_refused_as_a_parameter(database: Database) {
    let mut connection = with_draft(&database).await;
    send(&mut connection, Complete).await.unwrap();
    migrate(&database, "ALTER TYPE app.draft RENAME VALUE 'done' TO 'complete'").await;
    let error = send(&mut connection, Complete).await.unwrap_err();
    let message = r#"invalid input value for enum app.draft: "done""#;
    assert_eq!(refusal(&error), ("22P02".to_owned(), message));
    // The connection is none the worse for it.
    assert_eq!(send(&mut connection, Partial).await.unwrap(), Partial);
}

/// A program that reads both goes out before the migration.
async fn a_renamed_value_is_read_by_its_alias(database: Database) {
    #[derive(Debug, PartialEq, PgEnum)]
    #[pg_enum(schema = "app", name = "draft")]
    enum Next {
        #[pg_enum(rename = "complete", was = "done", alias = "done")]
        Complete,
    }
    async fn read(connection: &mut PgConnection) -> Next {
        sqlx::query_scalar("SELECT value FROM it").fetch_one(connection).await.unwrap()
    }
    let mut connection = with_draft(&database).await;
    run(&mut connection, TABLE).await;
    assert_eq!(read(&mut connection).await, Next::Complete);
    migrate(&database, "ALTER TYPE app.draft RENAME VALUE 'done' TO 'complete'").await;
    assert_eq!(read(&mut connection).await, Next::Complete);
}

async fn an_added_value_is_written_by_a_statement_from_before(database: Database) {
    let mut connection = connect(&database).await;
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE TYPE app.draft AS ENUM ('Streaming', 'Partial')",
    )
    .await;
    assert_eq!(send(&mut connection, Partial).await.unwrap(), Partial);
    let error = send(&mut connection, Complete).await.unwrap_err();
    assert_eq!(refusal(&error).0, "22P02", "{error}");
    migrate(&database, "ALTER TYPE app.draft ADD VALUE 'done'").await;
    assert_eq!(send(&mut connection, Complete).await.unwrap(), Complete);
}

async fn an_added_value_is_unknown_to_an_older_program(database: Database) {
    let mut connection = connect(&database).await;
    create::<Draft>(&mut connection).await;
    send(&mut connection, Partial).await.unwrap();
    migrate(&database, "ALTER TYPE app.draft ADD VALUE 'archived'").await;
    let error = select::<Draft>(&mut connection, "'archived'::app.draft").await.unwrap_err();
    assert!(source(&error).is::<UnknownLabel>(), "{error}");
}
