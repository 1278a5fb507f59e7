//! Labels that the program does not know, or knows by another name.

use pg_enum::{PgEnum, UnknownLabel};
use pg_enum_test_server::Database;
use sqlx::PgConnection;
use sqlx::postgres::PgHasArrayType;

use super::{connect, create, select, source};
use crate::harness::{labels, run, tests};

tests![
    an_unknown_label_is_told_with_the_nearest,
    a_label_of_another_case_is_told_with_the_fix,
    an_unknown_label_is_the_source_of_the_error,
    an_unknown_label_in_an_array_is_the_source_of_the_error,
    other_holds_an_unknown_label_in_a_string,
    other_holds_an_unknown_label_in_a_box,
    other_holds_an_unknown_label_in_an_array,
    other_holds_a_label_of_another_case,
    other_is_not_written,
    other_is_not_written_in_an_array,
    other_is_no_label,
    an_alias_is_read,
    an_alias_is_written_as_the_label,
];

/// What this program knows of a type that a newer one has extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "app", rename_all = "snake_case")]
enum JobState {
    Queued,
    Running,
    Finished,
}

async fn with_newer_type(database: &Database) -> PgConnection {
    let mut connection = connect(database).await;
    run(
        &mut connection,
        "CREATE SCHEMA app;
         CREATE TYPE app.job_state AS ENUM ('queued', 'running', 'finished', 'runing', 'FINISHED')",
    )
    .await;
    connection
}

async fn an_unknown_label_is_told_with_the_nearest(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let error = select::<JobState>(&mut connection, "'runing'::app.job_state").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "error occurred while decoding column 0: \
         unknown label \"runing\" for enum live::codec::labels::JobState \
         (PostgreSQL type \"app\".\"job_state\"); the nearest known label is \"running\"; \
         to see the labels in the database, run: \
         SELECT enum_range(NULL::\"app\".\"job_state\");"
    );
}

async fn a_label_of_another_case_is_told_with_the_fix(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let error = select::<JobState>(&mut connection, "'FINISHED'::app.job_state").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "error occurred while decoding column 0: \
         unknown label \"FINISHED\" for enum live::codec::labels::JobState \
         (PostgreSQL type \"app\".\"job_state\"); \"finished\" differs only by case; \
         if it stands so in the database, run: \
         ALTER TYPE \"app\".\"job_state\" RENAME VALUE 'FINISHED' TO 'finished';"
    );
}

async fn an_unknown_label_is_the_source_of_the_error(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let error = select::<JobState>(&mut connection, "'runing'::app.job_state").await.unwrap_err();
    let sqlx::Error::ColumnDecode { source, .. } = error else { panic!("{error}") };
    let unknown = source.downcast_ref::<UnknownLabel>().expect("an UnknownLabel");
    assert_eq!(unknown.label(), "runing");
    assert_eq!(unknown.nearest(), Some("running"));
    assert_eq!(unknown.definition(), JobState::DEFINITION);
}

async fn an_unknown_label_in_an_array_is_the_source_of_the_error(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let sql = "'{queued,runing}'::app.job_state[]";
    let error = select::<Vec<JobState>>(&mut connection, sql).await.unwrap_err();
    let unknown = source(&error).downcast_ref::<UnknownLabel>().expect("an UnknownLabel");
    assert_eq!(unknown.label(), "runing");
}

/// The same type, to a program that is prepared for labels to come.
#[derive(Debug, Clone, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "app", name = "job_state", rename_all = "snake_case")]
enum Open<T: for<'label> From<&'label str> + AsRef<str> + 'static = String> {
    Queued,
    Running,
    Finished,
    #[pg_enum(other)]
    Other(T),
}
