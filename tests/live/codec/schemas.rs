//! Types and `search_path`: the server spells a type's name with its schema while `search_path`
//! hides it, and without while it does not.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::Draft::{self, Complete, Partial};
use super::{assert_all_round_trip, connect, create, select, with_draft};
use crate::harness::{run, tests};

tests![
    a_hidden_type_round_trips,
    a_visible_type_round_trips,
    a_type_that_becomes_visible_round_trips,
    a_type_that_becomes_hidden_round_trips,
    a_type_read_before_it_is_visible_is_bound_after,
    a_type_read_while_visible_is_bound_after,
    an_empty_search_path_does_no_harm,
    a_bare_name_is_found_by_search_path,
    a_bare_name_matches_a_type_that_is_hidden_now,
    a_bare_name_stays_with_the_type_it_first_meant,
    a_schema_that_needs_quotes_does_no_harm,
    a_missing_type_is_an_error_with_its_name,
    a_type_created_after_a_failure_is_found,
];

/// A new connection to a database whose connections have that `search_path` from the start.
async fn connect_with_path(database: &Database, path: &str) -> PgConnection {
    let mut connection = connect(database).await;
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET search_path = {path}")).await;
    connect(database).await
}

async fn assert_drafts_are_read(connection: &mut PgConnection) {
    assert_eq!(select::<Draft>(connection, "'done'::app.draft").await.unwrap(), Complete);
    let read: Vec<Draft> = select(connection, "'{Partial,done}'::app.draft[]").await.unwrap();
    assert_eq!(read, [Partial, Complete]);
}

async fn a_hidden_type_round_trips(database: Database) {
    with_draft(&database).await;
    let mut connection = connect_with_path(&database, "public").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    assert_drafts_are_read(&mut connection).await;
}

async fn a_visible_type_round_trips(database: Database) {
    with_draft(&database).await;
    let mut connection = connect_with_path(&database, "app, public").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    assert_drafts_are_read(&mut connection).await;
}

async fn a_type_that_becomes_visible_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    run(&mut connection, "SET search_path = app").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    assert_drafts_are_read(&mut connection).await;
}

async fn a_type_that_becomes_hidden_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "SET search_path = app").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    run(&mut connection, "SET search_path = public").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    assert_drafts_are_read(&mut connection).await;
}

async fn a_type_read_before_it_is_visible_is_bound_after(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_drafts_are_read(&mut connection).await;
    run(&mut connection, "SET search_path = app").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
}

async fn a_type_read_while_visible_is_bound_after(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "SET search_path = app").await;
    assert_drafts_are_read(&mut connection).await;
    run(&mut connection, "SET search_path = public").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
}

/// As it is in the body of a careful function, and in what `pg_dump` writes.
async fn an_empty_search_path_does_no_harm(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "SET search_path = ''").await;
    assert_all_round_trip::<Draft>(&mut connection).await;
}

/// The same type, of a program that leaves the schema to `search_path`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(name = "draft")]
enum Bare {
    Streaming,
    Partial,
    #[pg_enum(rename = "done")]
    Complete,
}

async fn a_bare_name_is_found_by_search_path(database: Database) {
    with_draft(&database).await;
    let mut connection = connect_with_path(&database, "app").await;
    assert_all_round_trip::<Bare>(&mut connection).await;
}

async fn a_bare_name_matches_a_type_that_is_hidden_now(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_eq!(select::<Bare>(&mut connection, "'done'::app.draft").await.unwrap(), Bare::Complete);
    let read: Vec<Bare> = select(&mut connection, "'{done}'::app.draft[]").await.unwrap();
    assert_eq!(read, [Bare::Complete]);
}

/// sqlx remembers what a name meant, for as long as the connection lasts: a reason to name the
/// schema.
async fn a_bare_name_stays_with_the_type_it_first_meant(database: Database) {
    let mut connection = with_draft(&database).await;
    create::<Bare>(&mut connection).await;
    for path in ["public", "app"] {
        run(&mut connection, &format!("SET search_path = {path}")).await;
        assert_eq!(
            oid_of_parameter(&mut connection).await,
            oid_of(&mut connection, "public").await
        );
    }
    sqlx::Connection::clear_cached_statements(&mut connection).await.unwrap();
    assert_eq!(oid_of_parameter(&mut connection).await, oid_of(&mut connection, "app").await);
}

async fn oid_of_parameter(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT pg_typeof($1)::oid::bigint")
        .bind(Bare::Partial)
        .fetch_one(connection)
        .await
        .unwrap()
}

async fn oid_of(connection: &mut PgConnection, schema: &str) -> i64 {
    select(connection, &format!("'{schema}.draft'::regtype::oid::bigint")).await.unwrap()
}

async fn a_schema_that_needs_quotes_does_no_harm(database: Database) {
    #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
    #[pg_enum(schema = "My \"App\".é's\\", name = "State.of.Things")]
    enum State {
        On,
        Off,
    }
    for path in [r#""My ""App"".é's\""#, "public"] {
        let mut connection = connect(&database).await;
        create::<State>(&mut connection).await;
        run(&mut connection, &format!("SET search_path = {path}")).await;
        assert_all_round_trip::<State>(&mut connection).await;
    }
}

async fn a_missing_type_is_an_error_with_its_name(database: Database) {
    let mut connection = connect(&database).await;
    let error = bind(&mut connection).await.unwrap_err();
    assert_eq!(error.to_string(), r#"type named "app"."draft" not found"#);
}

async fn a_type_created_after_a_failure_is_found(database: Database) {
    let mut connection = connect(&database).await;
    bind(&mut connection).await.unwrap_err();
    create::<Draft>(&mut connection).await;
    assert_eq!(bind(&mut connection).await.unwrap(), Partial);
}

async fn bind(connection: &mut PgConnection) -> Result<Draft, sqlx::Error> {
    sqlx::query_scalar("SELECT $1").bind(Partial).fetch_one(connection).await
}
