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
         (PostgreSQL type app.job_state); the nearest known label is \"running\"; \
         to see the labels in the database, run: \
         SELECT pg_catalog.enum_range(NULL::app.job_state);"
    );
}

async fn a_label_of_another_case_is_told_with_the_fix(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let error = select::<JobState>(&mut connection, "'FINISHED'::app.job_state").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "error occurred while decoding column 0: \
         unknown label \"FINISHED\" for enum live::codec::labels::JobState \
         (PostgreSQL type app.job_state); \"finished\" differs only by case; \
         if the database has the unknown spelling, run: ALTER TYPE app.job_state RENAME VALUE 'FINISHED' TO 'finished';"
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
enum Open {
    Queued,
    Running,
    Finished,
    #[pg_enum(other)]
    Other(String),
}

async fn other_holds_an_unknown_label_in_a_string(database: Database) {
    let mut connection = with_newer_type(&database).await;
    for (label, value) in [
        ("queued", Open::Queued),
        ("running", Open::Running),
        ("finished", Open::Finished),
        ("runing", Open::Other("runing".to_owned())),
    ] {
        let sql = format!("'{label}'::app.job_state");
        assert_eq!(select::<Open>(&mut connection, &sql).await.unwrap(), value);
    }
}

async fn other_holds_an_unknown_label_in_a_box(database: Database) {
    #[derive(Debug, PartialEq, PgEnum)]
    #[pg_enum(schema = "app", name = "job_state", rename_all = "snake_case")]
    enum Boxed {
        Queued,
        #[pg_enum(other)]
        Other(Box<str>),
    }
    let mut connection = with_newer_type(&database).await;
    let read: Boxed = select(&mut connection, "'finished'::app.job_state").await.unwrap();
    assert_eq!(read, Boxed::Other("finished".into()));
    let read: Boxed = select(&mut connection, "'queued'::app.job_state").await.unwrap();
    assert_eq!(read, Boxed::Queued);
}

async fn other_holds_an_unknown_label_in_an_array(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let read: Vec<Option<Open>> =
        select(&mut connection, "'{queued,NULL,runing}'::app.job_state[]").await.unwrap();
    assert_eq!(read, [Some(Open::Queued), None, Some(Open::Other("runing".to_owned()))]);
}

async fn other_holds_a_label_of_another_case(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let read: Open = select(&mut connection, "'FINISHED'::app.job_state").await.unwrap();
    assert_eq!(read, Open::Other("FINISHED".to_owned()));
}

/// What sqlx says of a value it can't write.
const NOT_WRITTEN: &str = "error occurred while encoding a value: Encoding argument $1 failed: \
    label \"runing\" of enum live::codec::labels::Open (PostgreSQL type app.job_state) \
    was read by a program that does not know it, and cannot be written back; add a variant for it to the enum";

async fn other_is_not_written(database: Database) {
    let mut connection = with_newer_type(&database).await;
    // Not even to a database that has the label.
    let read: Open = select(&mut connection, "'runing'::app.job_state").await.unwrap();
    let error = sqlx::query("SELECT $1").bind(read).execute(&mut connection).await.unwrap_err();
    assert_eq!(error.to_string(), NOT_WRITTEN);
}

async fn other_is_not_written_in_an_array(database: Database) {
    let mut connection = with_newer_type(&database).await;
    let values = [Open::Queued, Open::Other("runing".to_owned())];
    let error = sqlx::query("SELECT $1").bind(values).execute(&mut connection).await.unwrap_err();
    assert_eq!(error.to_string(), NOT_WRITTEN);
}

async fn other_is_no_label(database: Database) {
    let mut connection = connect(&database).await;
    create::<Open>(&mut connection).await;
    assert_eq!(labels(&mut connection, "app", "job_state").await, Open::LABELS);
    assert_eq!(Open::array_type_info(), JobState::array_type_info());
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
enum Payment {
    Open,
    #[pg_enum(alias = "settled", alias = "PAID")]
    Paid,
}

/// A database in which the label still is what it used to be.
async fn with_aliases(database: &Database) -> PgConnection {
    let mut connection = connect(database).await;
    run(&mut connection, "CREATE TYPE payment AS ENUM ('Open', 'settled', 'PAID', 'Paid')").await;
    connection
}

async fn an_alias_is_read(database: Database) {
    let mut connection = with_aliases(&database).await;
    let read: Vec<Payment> = select(&mut connection, "enum_range(NULL::payment)").await.unwrap();
    assert_eq!(read, [Payment::Open, Payment::Paid, Payment::Paid, Payment::Paid]);
    let read: Payment = select(&mut connection, "'settled'::payment").await.unwrap();
    assert_eq!(read, Payment::Paid);
}

async fn an_alias_is_written_as_the_label(database: Database) {
    let mut connection = with_aliases(&database).await;
    let read: Payment = select(&mut connection, "'settled'::payment").await.unwrap();
    let label: String =
        sqlx::query_scalar("SELECT $1::text").bind(read).fetch_one(&mut connection).await.unwrap();
    assert_eq!(label, "Paid");
}
