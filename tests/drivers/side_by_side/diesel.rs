//! Diesel has no derive for an enum: what stands beside ours is what its own examples write.

use std::io::Write;

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::prelude::*;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, SqlType, Text};
use pg_enum::diesel::Sql;
use pg_enum_test_server::Database;
use pg_enum_test_server::harness::tests;

use super::{ours, words};
use crate::drivers::{Connect, Diesel, failure};

tests!(names, a_domain, a_label_null, an_unknown_label, a_missing_type);

#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = By)]
enum Theirs {
    Sad,
    Happy,
}

#[derive(SqlType)]
#[diesel(postgres_type(name = "Mood é \"s\"", schema = "App"))]
struct By;

impl ToSql<By, Pg> for Theirs {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(match self {
            Self::Sad => b"Sad",
            Self::Happy => b"NULL",
        })?;
        Ok(IsNull::No)
    }
}

impl FromSql<By, Pg> for Theirs {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        match value.as_bytes() {
            b"Sad" => Ok(Self::Sad),
            b"NULL" => Ok(Self::Happy),
            _ => Err("Unrecognized enum variant".into()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, pg_enum::PgEnum)]
#[pg_enum(schema = "App", name = "Mood é \"s\"")]
enum Ours {
    Sad,
    #[pg_enum(rename = "NULL")]
    Happy,
}

const MOOD: &str =
    r#"CREATE SCHEMA "App"; CREATE TYPE "App"."Mood é ""s""" AS ENUM ('Sad', 'NULL')"#;
const NAME: &str = r#""App"."Mood é ""s""""#;

async fn with_sql(database: &Database, sql: &str) -> PgConnection {
    let mut driver = Diesel::connect(&database.plain_url()).await;
    driver.run(sql).await;
    driver.0
}

/// Sends a value as a parameter, and what comes back as text.
macro_rules! bind {
    ($connection:expr, $ty:ty, $value:expr) => {
        diesel::select(diesel::dsl::sql::<Text>("").bind::<$ty, _>($value).sql("::text"))
            .get_result::<String>($connection)
            .map_err(|error| words(&error))
    };
}

/// Both look up schema and name as they are in the catalog.
async fn names(database: Database) {
    let connection = &mut with_sql(&database, MOOD).await;
    assert_eq!(bind!(connection, By, Theirs::Sad), Ok("Sad".to_owned()));
    assert_eq!(bind!(connection, Sql<Ours>, Ours::Sad), Ok("Sad".to_owned()));
    assert_eq!(bind!(connection, Array<By>, vec![Theirs::Sad]), Ok("{Sad}".to_owned()));
    assert_eq!(bind!(connection, Array<Sql<Ours>>, vec![Ours::Sad]), Ok("{Sad}".to_owned()));
}

/// Values are read without a look at their type.
async fn a_domain(database: Database) {
    let connection = &mut with_sql(&database, MOOD).await;
    let domain = format!("CREATE DOMAIN good AS {NAME} CHECK (VALUE = 'Sad')");
    diesel::sql_query(domain).execute(connection).expect("valid SQL");
    let theirs = diesel::select(diesel::dsl::sql::<By>("'Sad'::good")).get_result(connection);
    assert_eq!(theirs, Ok(Theirs::Sad));
    let ours = diesel::select(diesel::dsl::sql::<Sql<Ours>>("'Sad'::good")).get_result(connection);
    assert_eq!(ours, Ok(Ours::Sad));
}

/// It needs no quotes in the binary format.
async fn a_label_null(database: Database) {
    let connection = &mut with_sql(&database, MOOD).await;
    assert_eq!(bind!(connection, Array<By>, vec![Theirs::Happy]), Ok(r#"{"NULL"}"#.to_owned()));
    assert_eq!(
        bind!(connection, Array<Sql<Ours>>, vec![Ours::Happy]),
        Ok(r#"{"NULL"}"#.to_owned())
    );
}

/// What is written by hand says what the hand wrote.
async fn an_unknown_label(database: Database) {
    let connection = &mut with_sql(&database, MOOD).await;
    let sql = format!("ALTER TYPE {NAME} RENAME VALUE 'Sad' TO 'sad'");
    diesel::sql_query(sql).execute(connection).expect("valid SQL");
    let sql = format!("'sad'::{NAME}");
    let theirs = diesel::select(diesel::dsl::sql::<By>(&sql)).get_result::<Theirs>(connection);
    let refused = words(&theirs.unwrap_err());
    assert!(refused.ends_with("Unrecognized enum variant"), "{refused}");
    let ours = diesel::select(diesel::dsl::sql::<Sql<Ours>>(&sql)).get_result::<Ours>(connection);
    let error = ours.unwrap_err();
    let unknown = failure(&error).unknown.expect("it is a source");
    assert_eq!(unknown.nearest(), Some("Sad"));
    assert!(words(&error).contains("RENAME VALUE 'sad' TO 'Sad';"), "{}", words(&error));
}

/// Both fail in the same words: those of Diesel.
async fn a_missing_type(database: Database) {
    ours!(Missing: name = "missing");
    let connection = &mut with_sql(&database, "SELECT").await;
    let theirs = bind!(connection, By, Theirs::Sad).unwrap_err();
    assert!(theirs.contains("Mood é \"s\""), "{theirs}");
    let ours = bind!(connection, Sql<Missing>, Missing::Happy).unwrap_err();
    assert!(ours.contains("missing"), "{ours}");
}
