//! postgres-types' derives.

use pg_enum::{PgEnum, UnknownLabel};
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;
use postgres_types::{FromSql, FromSqlOwned, ToSql};
use tokio_postgres::Client;

use super::{ours, words};
use crate::drivers::{Connect, TokioPostgres};

tests!(a_new_label, two_schemas, a_domain, an_array, an_unknown_label, a_mixed_case_name,);

async fn with_sql(database: &Database, sql: &str) -> Client {
    let mut driver = TokioPostgres::connect(&database.plain_url()).await;
    driver.run(sql).await;
    driver.0
}

async fn bind<T: ToSql + Sync>(client: &Client, ty: &str, value: T) -> Result<String, String> {
    let sql = format!("SELECT $1::{ty}::text");
    let row = client.query_one(&sql, &[&value]).await;
    row.map(|row| row.get(0)).map_err(|error| words(&error))
}

async fn read<T: FromSqlOwned>(client: &Client, sql: &str) -> Result<T, String> {
    let row = client.query_one(&format!("SELECT {sql}"), &[]).await.expect("the query is valid");
    row.try_get(0).map_err(|error| words(&error))
}

#[derive(Debug, Clone, Copy, PartialEq, ToSql, FromSql)]
#[postgres(name = "mood")]
enum Theirs {
    Sad,
    Happy,
}

ours!(Ours: name = "mood");

const MOOD: &str = "CREATE TYPE mood AS ENUM ('Sad', 'Happy')";

/// Their derive compares the labels of the type with its own: with one more, or fewer, it is another type.
async fn a_new_label(database: Database) {
    let client = with_sql(&database, MOOD).await;
    assert_eq!(bind(&client, "mood", Theirs::Sad).await.unwrap(), "Sad");
    client.batch_execute("ALTER TYPE mood ADD VALUE 'New'").await.unwrap();
    let client = TokioPostgres::connect(&database.plain_url()).await.0;
    let refused = bind(&client, "mood", Theirs::Sad).await.unwrap_err();
    assert!(refused.contains("cannot convert between the Rust type"), "{refused}");
    let refused = read::<Theirs>(&client, "'Sad'::mood").await.unwrap_err();
    assert!(refused.contains("cannot convert between the Rust type"), "{refused}");
    assert_eq!(bind(&client, "mood", Ours::Sad).await.unwrap(), "Sad");
    assert_eq!(read::<Ours>(&client, "'Sad'::mood").await.unwrap(), Ours::Sad);
}

/// Their derive knows no schema.
async fn two_schemas(database: Database) {
    ours!(InOne: schema = "one", name = "mood");
    let client = with_sql(
        &database,
        "CREATE SCHEMA one; CREATE SCHEMA two; CREATE TYPE one.mood AS ENUM ('Sad', 'Happy'); \
         CREATE TYPE two.mood AS ENUM ('Sad', 'Happy')",
    )
    .await;
    for schema in ["one", "two"] {
        assert_eq!(bind(&client, &format!("{schema}.mood"), Theirs::Sad).await.unwrap(), "Sad");
    }
    assert_eq!(bind(&client, "one.mood", InOne::Sad).await.unwrap(), "Sad");
    let refused = bind(&client, "two.mood", InOne::Sad).await.unwrap_err();
    assert!(refused.contains("cannot convert between the Rust type"), "{refused}");
}

/// As a parameter; a column of the domain comes as its base type.
async fn a_domain(database: Database) {
    let client = with_sql(&database, MOOD).await;
    client.batch_execute("CREATE DOMAIN good AS mood CHECK (VALUE = 'Happy')").await.unwrap();
    let refused = bind(&client, "good", Theirs::Happy).await.unwrap_err();
    assert!(refused.contains("cannot convert between the Rust type"), "{refused}");
    assert_eq!(bind(&client, "good", Ours::Happy).await.unwrap(), "Happy");
    assert_eq!(read::<Theirs>(&client, "'Happy'::good").await.unwrap(), Theirs::Happy);
    assert_eq!(read::<Ours>(&client, "'Happy'::good").await.unwrap(), Ours::Happy);
}

/// Both alike.
async fn an_array(database: Database) {
    let client = with_sql(&database, MOOD).await;
    let sql = "'{Sad,Happy}'::mood[]";
    assert_eq!(read::<Vec<Theirs>>(&client, sql).await.unwrap(), [Theirs::Sad, Theirs::Happy]);
    assert_eq!(read::<Vec<Ours>>(&client, sql).await.unwrap(), [Ours::Sad, Ours::Happy]);
    assert_eq!(bind(&client, "mood[]", vec![Theirs::Sad]).await.unwrap(), "{Sad}");
    assert_eq!(bind(&client, "mood[]", vec![Ours::Sad]).await.unwrap(), "{Sad}");
}

/// Theirs is about the type, and says nothing of the label; with `allow_mismatch`, it names the label alone.
async fn an_unknown_label(database: Database) {
    #[derive(Debug, FromSql)]
    #[postgres(name = "mood", allow_mismatch)]
    enum Mismatched {
        Happy,
    }
    let client = with_sql(&database, "CREATE TYPE mood AS ENUM ('sad', 'Happy')").await;
    let refused = read::<Theirs>(&client, "'sad'::mood").await.unwrap_err();
    assert!(refused.contains("cannot convert between the Rust type"), "{refused}");
    let refused = read::<Mismatched>(&client, "'sad'::mood").await.unwrap_err();
    assert!(refused.ends_with("invalid variant `sad`"), "{refused}");
    let row = client.query_one("SELECT 'sad'::mood", &[]).await.unwrap();
    let error = row.try_get::<_, Ours>(0).unwrap_err();
    let source = std::error::Error::source(&error).expect("it has a source");
    assert_eq!(source.downcast_ref::<UnknownLabel>().unwrap().nearest(), Some("Sad"));
    assert!(words(&error).contains("run: ALTER TYPE mood RENAME VALUE 'sad' TO 'Sad';"));
    assert_eq!(Ours::NAME_SQL, "mood");
}

/// Both compare names as they are in the catalog.
async fn a_mixed_case_name(database: Database) {
    #[derive(Debug, ToSql)]
    #[postgres(name = "Mood é \"s\"")]
    enum Theirs {
        Sad,
        Happy,
    }
    ours!(Ours: name = "Mood é \"s\"");
    let client =
        with_sql(&database, r#"CREATE TYPE "Mood é ""s""" AS ENUM ('Sad', 'Happy')"#).await;
    let name = r#""Mood é ""s""""#;
    assert_eq!(bind(&client, name, Theirs::Sad).await.unwrap(), "Sad");
    assert_eq!(bind(&client, name, Theirs::Happy).await.unwrap(), "Happy");
    assert_eq!(bind(&client, name, Ours::Sad).await.unwrap(), "Sad");
}
