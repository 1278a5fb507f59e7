//! What `#[derive(sqlx::Type)]` of sqlx 0.9 does with an enum, and what `#[derive(PgEnum)]` does in
//! its place. Each test asserts both sides, so that it tells when sqlx mends its own.
//!
//! The last ones have one side only: what they show of sqlx does not compile with ours. Nor do
//! empty labels and ones of more than 63 bytes, of which sqlx's derive says nothing either.

use pg_enum::{PgEnum, UnknownLabel};
use pg_enum_test_server::Database;
use sqlx::postgres::Postgres;
use sqlx::{AssertSqlSafe, Decode, Encode, PgConnection, Type};

use crate::harness::{run, tests};

tests![
    the_default_name,
    a_raw_identifier,
    a_representation,
    a_qualified_name_is_read_while_its_schema_is_in_the_path,
    an_array_of_a_qualified_name_is_read_while_its_schema_is_in_the_path,
    a_mixed_case_name_is_bound_first,
    a_mixed_case_name_is_bound_after_a_value_was_read,
    an_array_of_a_name_with_a_quote_is_bound,
    a_name_beyond_ascii_is_bound,
    an_unknown_label,
    a_duplicate_label,
    an_attribute_that_means_nothing,
];

async fn with_sql(database: &Database, sql: &str) -> PgConnection {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, sql).await;
    connection
}

/// Sends a value as a parameter, and what comes back as text.
async fn bind<T>(connection: &mut PgConnection, value: T) -> Result<String, sqlx::Error>
where
    T: for<'q> Encode<'q, Postgres> + Type<Postgres> + Send,
{
    // A statement for every type: sqlx looks for a prepared one by its text alone.
    let sql = format!("SELECT $1::text -- {}", std::any::type_name::<T>());
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(value).fetch_one(connection).await
}

async fn read<T>(connection: &mut PgConnection, sql: &str) -> Result<T, sqlx::Error>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
{
    sqlx::query_scalar(AssertSqlSafe(format!("SELECT {sql}"))).fetch_one(connection).await
}

/// The error's own words, without where it happened.
fn words<T: std::fmt::Debug>(outcome: Result<T, sqlx::Error>) -> String {
    match outcome.unwrap_err() {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::ColumnDecode { source, .. } => source.to_string(),
        error => error.to_string(),
    }
}

async fn the_default_name(database: Database) {
    mod theirs {
        #[derive(sqlx::Type)]
        pub(super) enum OrderStatus {
            New,
        }
    }
    #[derive(PgEnum)]
    enum OrderStatus {
        New,
    }
    let mut connection = with_sql(&database, "CREATE TYPE order_status AS ENUM ('New')").await;
    let refused = words(bind(&mut connection, theirs::OrderStatus::New).await);
    assert_eq!(refused, "type named OrderStatus not found");
    assert_eq!(bind(&mut connection, OrderStatus::New).await.unwrap(), "New");
}

async fn a_raw_identifier(database: Database) {
    #[expect(non_camel_case_types, reason = "a keyword is what it is about")]
    #[derive(sqlx::Type)]
    #[sqlx(type_name = "kind")]
    enum Theirs {
        r#type,
    }
    #[expect(non_camel_case_types, reason = "a keyword is what it is about")]
    #[derive(PgEnum)]
    #[pg_enum(name = "kind")]
    enum Ours {
        r#type,
    }
    let mut connection = with_sql(&database, "CREATE TYPE kind AS ENUM ('type')").await;
    let refused = words(bind(&mut connection, Theirs::r#type).await);
    assert_eq!(refused, r#"invalid input value for enum kind: "r#type""#);
    assert_eq!(bind(&mut connection, Ours::r#type).await.unwrap(), "type");
}

/// To sqlx, a representation says that the value is stored as that number.
async fn a_representation(database: Database) {
    #[derive(sqlx::Type)]
    #[repr(i32)]
    enum Theirs {
        High = 7,
    }
    #[derive(PgEnum)]
    #[pg_enum(name = "priority")]
    #[repr(i32)]
    enum Ours {
        High = 7,
    }
    let mut connection = with_sql(&database, "CREATE TYPE priority AS ENUM ('High')").await;
    assert_eq!(bind(&mut connection, Theirs::High).await.unwrap(), "7");
    assert_eq!(bind(&mut connection, Ours::High).await.unwrap(), "High");
}

#[derive(Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "app.state")]
enum TheirState {
    On,
}

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(schema = "app", name = "state")]
enum OurState {
    On,
}

const STATE: &str = "CREATE SCHEMA app; CREATE TYPE app.state AS ENUM ('On')";

async fn a_qualified_name_is_read_while_its_schema_is_in_the_path(database: Database) {
    let mut connection = with_sql(&database, STATE).await;
    assert_eq!(
        read::<TheirState>(&mut connection, "'On'::app.state").await.unwrap(),
        TheirState::On
    );

    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "SET search_path = app").await;
    assert_eq!(
        words(read::<TheirState>(&mut connection, "'On'::state").await),
        "mismatched types; Rust type `live::side_by_side::TheirState` (as SQL type `app.state`) \
         is not compatible with SQL type `state`"
    );
    assert_eq!(read::<OurState>(&mut connection, "'On'::state").await.unwrap(), OurState::On);
}

async fn an_array_of_a_qualified_name_is_read_while_its_schema_is_in_the_path(database: Database) {
    let mut connection = with_sql(&database, STATE).await;
    run(&mut connection, "SET search_path = app").await;
    assert_eq!(
        words(read::<Vec<TheirState>>(&mut connection, "'{On}'::state[]").await),
        "mismatched types; Rust type `alloc::vec::Vec<live::side_by_side::TheirState>` \
         (as SQL type `app.state[]`) is not compatible with SQL type `state[]`"
    );
    let states: Vec<OurState> = read(&mut connection, "'{On}'::state[]").await.unwrap();
    assert_eq!(states, [OurState::On]);
}

#[derive(Debug, PartialEq, sqlx::Type)]
#[sqlx(type_name = "MixedCase")]
enum TheirCase {
    On,
}

#[derive(Debug, PartialEq, PgEnum)]
#[pg_enum(name = "MixedCase")]
enum OurCase {
    On,
}

const MIXED_CASE: &str = r#"CREATE TYPE "MixedCase" AS ENUM ('On')"#;

async fn a_mixed_case_name_is_bound_first(database: Database) {
    let mut connection = with_sql(&database, MIXED_CASE).await;
    let refused = words(bind(&mut connection, TheirCase::On).await);
    assert_eq!(refused, "type named MixedCase not found");
    assert_eq!(bind(&mut connection, OurCase::On).await.unwrap(), "On");
}

/// Whether sqlx's works depends on what the connection has seen before.
async fn a_mixed_case_name_is_bound_after_a_value_was_read(database: Database) {
    let mut connection = with_sql(&database, MIXED_CASE).await;
    let sql = r#"'On'::"MixedCase""#;
    assert_eq!(read::<TheirCase>(&mut connection, sql).await.unwrap(), TheirCase::On);
    assert_eq!(bind(&mut connection, TheirCase::On).await.unwrap(), "On");
    assert_eq!(bind(&mut connection, OurCase::On).await.unwrap(), "On");
}

/// sqlx writes the name of an array's element into a literal as it is.
async fn an_array_of_a_name_with_a_quote_is_bound(database: Database) {
    #[derive(Debug, Clone, Copy, sqlx::Type)]
    #[sqlx(type_name = "\"it's\"")]
    enum Theirs {
        On,
    }
    #[derive(Debug, Clone, Copy, PgEnum)]
    #[pg_enum(name = "it's")]
    enum Ours {
        On,
    }
    let mut connection = with_sql(&database, r#"CREATE TYPE "it's" AS ENUM ('On')"#).await;
    let refused = words(bind(&mut connection, [Theirs::On]).await);
    assert!(refused.starts_with("syntax error"), "{refused}");
    assert_eq!(bind(&mut connection, [Ours::On]).await.unwrap(), "{On}");
}

/// sqlx escapes the characters of a name as Rust does, not as SQL does.
async fn a_name_beyond_ascii_is_bound(database: Database) {
    #[derive(Debug, Clone, Copy, sqlx::Type)]
    #[sqlx(type_name = "état")]
    enum Theirs {
        On,
    }
    #[derive(Debug, Clone, Copy, PgEnum)]
    #[pg_enum(name = "état")]
    enum Ours {
        On,
    }
    let mut connection = with_sql(&database, "CREATE TYPE état AS ENUM ('On')").await;
    assert_eq!(words(bind(&mut connection, Theirs::On).await), "invalid Unicode escape");
    assert_eq!(words(bind(&mut connection, [Theirs::On]).await), "invalid Unicode escape");
    assert_eq!(bind(&mut connection, Ours::On).await.unwrap(), "On");
    assert_eq!(bind(&mut connection, [Ours::On]).await.unwrap(), "{On}");
}

async fn an_unknown_label(database: Database) {
    #[derive(Debug, sqlx::Type)]
    #[sqlx(type_name = "state")]
    enum Theirs {
        Open,
    }
    #[derive(Debug, PgEnum)]
    #[pg_enum(name = "state")]
    enum Ours {
        Open,
    }
    let mut connection = with_sql(&database, "CREATE TYPE state AS ENUM ('open')").await;
    let sql = "'open'::state";
    assert_eq!(
        words(read::<Theirs>(&mut connection, sql).await),
        r#"invalid value "open" for enum Theirs"#
    );
    let error = read::<Ours>(&mut connection, sql).await.unwrap_err();
    let sqlx::Error::ColumnDecode { source, .. } = error else { panic!("{error}") };
    assert_eq!(source.downcast_ref::<UnknownLabel>().unwrap().nearest(), Some("Open"));
    assert_eq!(
        source.to_string(),
        "unknown label \"open\" for enum live::side_by_side::an_unknown_label::{{closure}}::Ours \
         (PostgreSQL type state); \"Open\" differs only by case; \
         if the database has the unknown spelling, run: ALTER TYPE state RENAME VALUE 'open' TO 'Open';"
    );
}

async fn a_duplicate_label(database: Database) {
    #[derive(Debug, PartialEq, sqlx::Type)]
    #[sqlx(type_name = "state", rename_all = "lowercase")]
    enum Theirs {
        OnHold,
        Onhold,
    }
    let mut connection = with_sql(&database, "CREATE TYPE state AS ENUM ('onhold')").await;
    assert_eq!(bind(&mut connection, Theirs::Onhold).await.unwrap(), "onhold");
    assert_eq!(read::<Theirs>(&mut connection, "'onhold'::state").await.unwrap(), Theirs::OnHold);
}

async fn an_attribute_that_means_nothing(database: Database) {
    #[derive(sqlx::Type)]
    #[sqlx(type_name = "state")]
    enum Theirs {
        #[sqlx(lowercase)]
        On,
    }
    let mut connection = with_sql(&database, "CREATE TYPE state AS ENUM ('on')").await;
    let refused = words(bind(&mut connection, Theirs::On).await);
    assert_eq!(refused, r#"invalid input value for enum state: "On""#);
}
