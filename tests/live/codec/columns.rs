//! Values in rows, structs, composites and domains.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::error::UnexpectedNullError;
use sqlx::{FromRow, PgConnection};

use super::Draft::{self, Complete, Partial, Streaming};
use super::{select, source, through_a_table, with_draft};
use crate::harness::{run, tests};

tests![
    a_struct_is_read_from_a_row,
    a_tuple_is_read_from_a_row,
    a_column_is_read_by_name,
    a_field_of_a_composite_round_trips,
    an_array_of_composites_round_trips,
    a_domain_round_trips,
    a_domain_over_a_domain_round_trips,
    an_array_of_a_domain_is_read,
    a_domain_over_an_array_round_trips,
    a_domain_in_a_composite_is_read,
    a_domain_over_something_else_is_refused,
    null_is_refused_without_an_option,
    a_text_column_is_refused,
    an_array_is_no_value,
    a_value_is_no_array,
    another_enum_is_refused,
];

async fn a_struct_is_read_from_a_row(database: Database) {
    #[derive(Debug, PartialEq, FromRow)]
    struct Article {
        id: i32,
        state: Draft,
        before: Option<Draft>,
        history: Vec<Draft>,
    }
    let mut connection = with_draft(&database).await;
    let article: Article = sqlx::query_as(
        "SELECT 7 AS id, 'done'::app.draft AS state, NULL::app.draft AS before,
             '{Streaming,Partial}'::app.draft[] AS history",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let expected =
        Article { id: 7, state: Complete, before: None, history: vec![Streaming, Partial] };
    assert_eq!(article, expected);
}

async fn a_tuple_is_read_from_a_row(database: Database) {
    let mut connection = with_draft(&database).await;
    let row: (i64, Draft, Option<Draft>) =
        sqlx::query_as("SELECT 1::bigint, 'Partial'::app.draft, 'done'::app.draft")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    assert_eq!(row, (1, Partial, Some(Complete)));
}

async fn a_column_is_read_by_name(database: Database) {
    let mut connection = with_draft(&database).await;
    let row = sqlx::query("SELECT 'done'::app.draft AS state").fetch_one(&mut connection).await;
    assert_eq!(sqlx::Row::get::<Draft, _>(&row.unwrap(), "state"), Complete);
}

#[derive(Debug, Clone, PartialEq, sqlx::Type)]
#[sqlx(type_name = "article")]
struct Article {
    state: Draft,
    before: Option<Draft>,
    history: Vec<Draft>,
}

/// A new connection to a database with the composite type, and a value of it.
async fn with_articles(database: &Database) -> (PgConnection, Article) {
    let mut connection = with_draft(database).await;
    let sql = "CREATE TYPE article AS (state app.draft, before app.draft, history app.draft[])";
    run(&mut connection, sql).await;
    let article = Article { state: Partial, before: None, history: vec![Streaming, Complete] };
    (connection, article)
}

async fn a_field_of_a_composite_round_trips(database: Database) {
    let (mut connection, article) = with_articles(&database).await;
    assert_eq!(through_a_table(&mut connection, "article", &article).await, article);
    let state: Draft = sqlx::query_scalar("SELECT ($1).state")
        .bind(article)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(state, Partial);
}

async fn an_array_of_composites_round_trips(database: Database) {
    let (mut connection, article) = with_articles(&database).await;
    let articles = vec![article.clone(), Article { before: Some(Complete), ..article }];
    assert_eq!(through_a_table(&mut connection, "article[]", &articles).await, articles);
}

async fn a_domain_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    let sql = "CREATE DOMAIN visible AS app.draft NOT NULL CHECK (VALUE <> 'Streaming')";
    run(&mut connection, sql).await;
    assert_eq!(through_a_table(&mut connection, "visible", &Partial).await, Partial);
}

async fn a_domain_over_a_domain_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE DOMAIN one AS app.draft; CREATE DOMAIN two AS one").await;
    assert_eq!(through_a_table(&mut connection, "two", &Complete).await, Complete);
    assert_eq!(through_a_table(&mut connection, "two", &None::<Draft>).await, None);
}

async fn an_array_of_a_domain_is_read(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE DOMAIN visible AS app.draft").await;
    let value = vec![Partial, Complete];
    assert_eq!(through_a_table(&mut connection, "visible[]", &value).await, value);
}

async fn a_domain_over_an_array_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE DOMAIN drafts AS app.draft[]").await;
    let value = vec![Partial, Complete];
    assert_eq!(through_a_table(&mut connection, "drafts", &value).await, value);
}

/// The server shows a domain for what it is in a composite and in an array, and as its base type
/// in a result.
async fn a_domain_in_a_composite_is_read(database: Database) {
    let (mut connection, article) = with_articles(&database).await;
    run(
        &mut connection,
        "CREATE DOMAIN visible AS app.draft;
         CREATE DOMAIN more_visible AS visible;
         ALTER TYPE article ALTER ATTRIBUTE state TYPE more_visible,
             ALTER ATTRIBUTE history TYPE visible[]",
    )
    .await;
    let sql = "ROW('Partial', NULL, '{Streaming,done}')::article";
    assert_eq!(select::<Article>(&mut connection, sql).await.unwrap(), article);
}

async fn a_domain_over_something_else_is_refused(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE DOMAIN label AS text; CREATE DOMAIN labels AS text[]").await;
    assert_eq!(refused_type::<Draft>(&mut connection, "'done'::label").await, "`TEXT`");
    let ty = refused_type::<Vec<Draft>>(&mut connection, "'{done}'::label[]").await;
    assert_eq!(ty, "`label[]`");
    assert_eq!(refused_type::<Vec<Draft>>(&mut connection, "'{done}'::labels").await, "`TEXT[]`");
}

async fn null_is_refused_without_an_option(database: Database) {
    let mut connection = with_draft(&database).await;
    for error in [
        select::<Draft>(&mut connection, "NULL::app.draft").await.map(drop).unwrap_err(),
        select::<Vec<Draft>>(&mut connection, "NULL::app.draft[]").await.map(drop).unwrap_err(),
    ] {
        assert!(source(&error).is::<UnexpectedNullError>(), "{error}");
    }
}

/// What reading a column of that type as a value says after "is not compatible with SQL type".
async fn refused_type<T>(connection: &mut PgConnection, sql: &str) -> String
where
    T: sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres> + Send + Unpin,
{
    let error = select::<T>(connection, sql).await.map(drop).unwrap_err().to_string();
    let (_, ty) = error.split_once("is not compatible with SQL type ").expect(&error);
    ty.to_owned()
}

async fn a_text_column_is_refused(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_eq!(refused_type::<Draft>(&mut connection, "'done'::text").await, "`TEXT`");
    assert_eq!(refused_type::<Vec<Draft>>(&mut connection, "'{done}'::text[]").await, "`TEXT[]`");
    assert_eq!(refused_type::<Draft>(&mut connection, "1").await, "`INT4`");
}

async fn an_array_is_no_value(database: Database) {
    let mut connection = with_draft(&database).await;
    let ty = refused_type::<Draft>(&mut connection, "'{done}'::app.draft[]").await;
    assert_eq!(ty, "`app.draft[]`");
}

async fn a_value_is_no_array(database: Database) {
    let mut connection = with_draft(&database).await;
    let ty = refused_type::<Vec<Draft>>(&mut connection, "'done'::app.draft").await;
    assert_eq!(ty, "`app.draft`");
}

/// Though it has the same labels.
async fn another_enum_is_refused(database: Database) {
    #[derive(PgEnum)]
    enum Copy {
        Streaming,
        Partial,
        #[pg_enum(rename = "done")]
        Complete,
    }
    let mut connection = with_draft(&database).await;
    super::create::<Copy>(&mut connection).await;
    assert_eq!(refused_type::<Draft>(&mut connection, "'done'::\"copy\"").await, "`copy`");
}
