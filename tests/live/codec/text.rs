//! Values in the text protocol, which is what `raw_sql` speaks, and labels that look like part of
//! it.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, Decode, PgConnection, Postgres, Row, Type};

use super::Draft::{self, Complete, Partial, Streaming};
use super::{assert_all_round_trip, connect, create, source, with_draft};
use crate::harness::{run, tests};

tests![
    a_value_is_read,
    null_is_read_as_none,
    a_vec_is_read,
    an_empty_vec_is_read,
    a_vec_of_options_is_read,
    an_option_of_a_vec_is_read,
    values_of_a_known_type_are_read,
    an_unknown_label_is_an_error,
    a_text_value_is_refused,
    odd_labels_round_trip_in_binary,
    odd_labels_are_read_as_text,
    odd_labels_are_read_as_a_text_array,
];

/// What an expression is, asked with the simple query protocol: in text.
pub(super) async fn text<T>(connection: &mut PgConnection, sql: &str) -> Result<T, sqlx::Error>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
{
    sqlx::raw_sql(AssertSqlSafe(format!("SELECT {sql}"))).fetch_one(connection).await?.try_get(0)
}

async fn a_value_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    for value in [Streaming, Partial, Complete] {
        let sql = format!("'{}'::app.draft", value.label());
        assert_eq!(text::<Draft>(&mut connection, &sql).await.unwrap(), value);
    }
}

async fn null_is_read_as_none(database: Database) {
    let mut connection = with_draft(&database).await;
    let read: Option<Draft> = text(&mut connection, "NULL::app.draft").await.unwrap();
    assert_eq!(read, None);
}

async fn a_vec_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    let read: Vec<Draft> = text(&mut connection, "'{done,Streaming}'::app.draft[]").await.unwrap();
    assert_eq!(read, [Complete, Streaming]);
}

async fn an_empty_vec_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    let read: Vec<Draft> = text(&mut connection, "'{}'::app.draft[]").await.unwrap();
    assert_eq!(read, []);
}

async fn a_vec_of_options_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    let read: Vec<Option<Draft>> =
        text(&mut connection, "'{done,NULL}'::app.draft[]").await.unwrap();
    assert_eq!(read, [Some(Complete), None]);
}

async fn an_option_of_a_vec_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    let read: Option<Vec<Draft>> = text(&mut connection, "NULL::app.draft[]").await.unwrap();
    assert_eq!(read, None);
}

/// After a prepared statement, sqlx knows the types of a text result as well.
async fn values_of_a_known_type_are_read(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    assert_eq!(text::<Draft>(&mut connection, "'done'::app.draft").await.unwrap(), Complete);
    let read: Vec<Draft> = text(&mut connection, "'{Partial}'::app.draft[]").await.unwrap();
    assert_eq!(read, [Partial]);
}

async fn an_unknown_label_is_an_error(database: Database) {
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE SCHEMA app; CREATE TYPE app.other AS ENUM ('Done')").await;
    // sqlx does not know what type that is, so it is up to the label.
    let error = text::<Draft>(&mut connection, "'Done'::app.other").await.unwrap_err();
    assert!(source(&error).is::<pg_enum::UnknownLabel>(), "{error}");
}

async fn a_text_value_is_refused(database: Database) {
    let mut connection = with_draft(&database).await;
    let error = text::<Draft>(&mut connection, "'done'::text").await.unwrap_err();
    assert!(error.to_string().ends_with("is not compatible with SQL type `TEXT`"), "{error}");
}

/// Labels with everything in them that an array or a literal is written with.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Odd {
    #[pg_enum(rename = "a,b")]
    Comma,
    #[pg_enum(rename = "\"quoted\"")]
    Quote,
    #[pg_enum(rename = "{}")]
    Braces,
    #[pg_enum(rename = "a\\")]
    Backslash,
    #[pg_enum(rename = "\\\"{,\\\\")]
    Mixture,
    #[pg_enum(rename = " ")]
    Space,
    #[pg_enum(rename = "it's")]
    Apostrophe,
    #[pg_enum(rename = "\n\t")]
    Control,
    #[pg_enum(rename = "null")]
    LowerNull,
    #[pg_enum(rename = "(1,2)")]
    Parentheses,
    #[pg_enum(rename = "%s $1 {0}")]
    Placeholders,
    #[pg_enum(rename = "žluťoučký 🐘")]
    NonAscii,
    #[pg_enum(rename = "e\u{301}")]
    Combining,
    #[pg_enum(rename = "ééééééééééééééééééééééééééééééé1")]
    Longest,
}

async fn odd_labels_round_trip_in_binary(database: Database) {
    let mut connection = connect(&database).await;
    create::<Odd>(&mut connection).await;
    assert_all_round_trip::<Odd>(&mut connection).await;
}

async fn odd_labels_are_read_as_text(database: Database) {
    let mut connection = connect(&database).await;
    create::<Odd>(&mut connection).await;
    for (value, index) in Odd::VARIANTS.iter().zip(1..) {
        let sql = format!("(enum_range(NULL::odd))[{index}]");
        assert_eq!(text::<Odd>(&mut connection, &sql).await.unwrap(), *value);
    }
}

async fn odd_labels_are_read_as_a_text_array(database: Database) {
    let mut connection = connect(&database).await;
    create::<Odd>(&mut connection).await;
    let all: Vec<Odd> = text(&mut connection, "enum_range(NULL::odd)").await.unwrap();
    assert_eq!(all, Odd::VARIANTS);
}
