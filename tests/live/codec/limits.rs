//! What sqlx 0.9 can't do with an enum, whoever maps it. Nothing of ours is asked in any of these;
//! the day one fails, sqlx has learnt it, and our documentation may say so.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::Draft::{self, Complete};
use super::text::text;
use super::{connect, create, select, with_draft};
use crate::harness::{run, tests};

tests![
    a_type_with_the_label_null_is_not_resolved,
    the_label_null_in_a_text_array_is_taken_for_null,
    an_enum_in_a_record_is_not_read,
    a_domain_over_an_array_in_a_composite_is_not_read,
    an_unnamed_statement_is_lost_to_the_first_lookup,
];

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Nothing {
    #[pg_enum(rename = "NULL")]
    Null,
    Something,
}

async fn with_nothing(database: &Database) -> PgConnection {
    let mut connection = connect(database).await;
    create::<Nothing>(&mut connection).await;
    connection
}

/// sqlx asks for the labels of every type it meets, and reads them as a text array.
async fn a_type_with_the_label_null_is_not_resolved(database: Database) {
    let mut connection = with_nothing(&database).await;
    let error = select::<Nothing>(&mut connection, "'Something'::nothing").await.unwrap_err();
    let expected = "error occurred while decoding column \"enum_labels\": unexpected null; \
                    try decoding as an `Option`";
    assert_eq!(error.to_string(), expected);
    let error = sqlx::query("SELECT $1").bind(Nothing::Null).execute(&mut connection).await;
    assert_eq!(error.unwrap_err().to_string(), expected);
    // Where sqlx does not ask, the label is a label.
    let one: Option<Nothing> = text(&mut connection, "'NULL'::nothing").await.unwrap();
    assert_eq!(one, Some(Nothing::Null));
}

/// The server writes `{"NULL"}`; sqlx takes the quotes off before it looks.
async fn the_label_null_in_a_text_array_is_taken_for_null(database: Database) {
    let mut connection = with_nothing(&database).await;
    let all: Vec<Option<Nothing>> =
        text(&mut connection, "enum_range(NULL::nothing)").await.unwrap();
    assert_eq!(all, [None, Some(Nothing::Something)]);
}

/// A row without a type of its own has fields of built-in types only.
async fn an_enum_in_a_record_is_not_read(database: Database) {
    let mut connection = with_draft(&database).await;
    let error =
        select::<(i32, Draft)>(&mut connection, "ROW(1, 'done'::app.draft)").await.unwrap_err();
    let expected = "custom types in records are not fully supported";
    assert!(error.to_string().contains(expected), "{error}");
}

/// The type matches, as the empty array shows; but sqlx finds no element type in a domain.
async fn a_domain_over_an_array_in_a_composite_is_not_read(database: Database) {
    #[derive(Debug, sqlx::Type)]
    #[sqlx(type_name = "article")]
    struct Article {
        history: Vec<Draft>,
    }
    let mut connection = with_draft(&database).await;
    let sql = "CREATE DOMAIN drafts AS app.draft[]; CREATE TYPE article AS (history drafts)";
    run(&mut connection, sql).await;
    let article: Article = select(&mut connection, "ROW('{}')::article").await.unwrap();
    assert_eq!(article.history, []);
    let error = select::<Article>(&mut connection, "ROW('{done}')::article").await.unwrap_err();
    assert!(error.to_string().contains("failed to resolve array element type"), "{error}");
}

/// To look up a type, sqlx sends a simple query, which ends the unnamed statement it was about to
/// run. It concerns `persistent(false)` and `statement_cache_capacity(0)`, once per connection and
/// type.
async fn an_unnamed_statement_is_lost_to_the_first_lookup(database: Database) {
    async fn send(connection: &mut PgConnection) -> Result<Draft, sqlx::Error> {
        sqlx::query_scalar("SELECT 'done'::app.draft").persistent(false).fetch_one(connection).await
    }
    let mut connection = with_draft(&database).await;
    let error = send(&mut connection).await.unwrap_err();
    assert_eq!(error.as_database_error().unwrap().code().unwrap(), "26000", "{error}");
    assert_eq!(send(&mut connection).await.unwrap(), Complete);
}
