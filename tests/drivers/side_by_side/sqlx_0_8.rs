//! `#[derive(sqlx::Type)]` of sqlx 0.8.

use pg_enum::UnknownLabel;
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;
use pg_enum_test_sqlx_0_8 as theirs;
use sqlx::postgres::{PgConnection, Postgres};
use sqlx::{Connection, Decode, Encode, Type};
use sqlx_0_8 as sqlx;

use super::{ours, words};

tests!(
    a_qualified_name,
    a_qualified_array,
    a_mixed_case_name,
    a_name_with_a_quote_in_an_array,
    a_name_beyond_ascii,
    a_label_null,
    a_domain,
    an_unknown_label,
);

async fn with_sql(database: &Database, sql: &str) -> PgConnection {
    let mut connection = PgConnection::connect(database.url()).await.expect("a connection");
    run(&mut connection, sql).await;
    connection
}

async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(sql).execute(connection).await.expect("valid SQL");
}

async fn bind<T>(connection: &mut PgConnection, value: T) -> Result<String, String>
where
    T: for<'q> Encode<'q, Postgres> + Type<Postgres> + Send,
{
    // A statement for every type: sqlx looks for a prepared one by its text alone.
    let sql = format!("SELECT $1::text -- {}", std::any::type_name::<T>());
    let query = sqlx::query_scalar(&sql).bind(value);
    query.fetch_one(connection).await.map_err(|error| words(&error))
}

async fn read<T>(connection: &mut PgConnection, sql: &str) -> Result<T, String>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
{
    let sql = format!("SELECT {sql}");
    sqlx::query_scalar(&sql).fetch_one(connection).await.map_err(|error| words(&error))
}

ours!(Plain: name = "mood");
ours!(Qualified: schema = "app", name = "mood");
ours!(MixedCase: name = "Mood");
ours!(Quoted: name = "it's");
ours!(NonAscii: name = "humeur_é");

const QUALIFIED: &str =
    "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('Sad', 'Happy'); SET search_path = app";

async fn a_qualified_name(database: Database) {
    let mut connection = with_sql(&database, QUALIFIED).await;
    let refused = read::<theirs::Qualified>(&mut connection, "'Sad'::mood").await.unwrap_err();
    assert!(
        refused.contains("(as SQL type `app.mood`) is not compatible with SQL type `mood`"),
        "{refused}"
    );
    assert_eq!(read::<Qualified>(&mut connection, "'Sad'::mood").await.unwrap(), Qualified::Sad);
    assert_eq!(bind(&mut connection, Qualified::Sad).await.unwrap(), "Sad");
}

async fn a_qualified_array(database: Database) {
    let mut connection = with_sql(&database, QUALIFIED).await;
    let sql = "'{Sad}'::mood[]";
    let refused = read::<Vec<theirs::Qualified>>(&mut connection, sql).await.unwrap_err();
    assert!(refused.contains("is not compatible with SQL type `mood[]`"), "{refused}");
    assert_eq!(read::<Vec<Qualified>>(&mut connection, sql).await.unwrap(), [Qualified::Sad]);
    assert_eq!(bind(&mut connection, [Qualified::Sad]).await.unwrap(), "{Sad}");
}

/// sqlx asks the server for the name as SQL reads it, in lower case.
async fn a_mixed_case_name(database: Database) {
    let mut connection =
        with_sql(&database, r#"CREATE TYPE "Mood" AS ENUM ('Sad', 'Happy')"#).await;
    let refused = bind(&mut connection, theirs::MixedCase::Sad).await.unwrap_err();
    assert!(refused.contains(r#"type "mood" does not exist"#), "{refused}");
    assert_eq!(bind(&mut connection, MixedCase::Sad).await.unwrap(), "Sad");
}

/// Both alike, unlike with sqlx 0.9.
async fn a_name_with_a_quote_in_an_array(database: Database) {
    let mut connection =
        with_sql(&database, r#"CREATE TYPE "it's" AS ENUM ('Sad', 'Happy')"#).await;
    assert_eq!(bind(&mut connection, [theirs::Quoted::Sad]).await.unwrap(), "{Sad}");
    assert_eq!(bind(&mut connection, [Quoted::Sad]).await.unwrap(), "{Sad}");
    assert_eq!(bind(&mut connection, Quoted::Sad).await.unwrap(), "Sad");
}

async fn a_name_beyond_ascii(database: Database) {
    let mut connection = with_sql(&database, "CREATE TYPE humeur_é AS ENUM ('Sad', 'Happy')").await;
    assert_eq!(bind(&mut connection, theirs::NonAscii::Sad).await.unwrap(), "Sad");
    assert_eq!(bind(&mut connection, NonAscii::Sad).await.unwrap(), "Sad");
    assert_eq!(bind(&mut connection, [NonAscii::Sad]).await.unwrap(), "{Sad}");
}

/// Both alike; sqlx 0.9 cannot prepare a statement with such a type.
async fn a_label_null(database: Database) {
    let mut connection = with_sql(&database, "CREATE TYPE mood AS ENUM ('Sad', 'NULL')").await;
    assert_eq!(bind(&mut connection, theirs::Plain::Sad).await.unwrap(), "Sad");
    assert_eq!(bind(&mut connection, Plain::Sad).await.unwrap(), "Sad");
}

async fn a_domain(database: Database) {
    let mut connection = with_sql(
        &database,
        "CREATE TYPE mood AS ENUM ('Sad', 'Happy'); CREATE DOMAIN good AS mood CHECK (VALUE = 'Happy')",
    )
    .await;
    let theirs = read::<theirs::Plain>(&mut connection, "'Happy'::good").await;
    assert_eq!(theirs, Ok(theirs::Plain::Happy));
    assert_eq!(read::<Plain>(&mut connection, "'Happy'::good").await, Ok(Plain::Happy));
}

async fn an_unknown_label(database: Database) {
    let mut connection = with_sql(&database, "CREATE TYPE mood AS ENUM ('sad', 'Happy')").await;
    let refused = read::<theirs::Plain>(&mut connection, "'sad'::mood").await.unwrap_err();
    assert!(refused.ends_with(r#"invalid value "sad" for enum Plain"#), "{refused}");
    let select = sqlx::query_scalar::<_, Plain>("SELECT 'sad'::mood");
    let error = select.fetch_one(&mut connection).await.unwrap_err();
    let sqlx::Error::ColumnDecode { source, .. } = &error else { panic!("{error}") };
    assert_eq!(source.downcast_ref::<UnknownLabel>().unwrap().nearest(), Some("Sad"));
    assert!(words(&error).contains("run: ALTER TYPE mood RENAME VALUE 'sad' TO 'Sad';"));
}
