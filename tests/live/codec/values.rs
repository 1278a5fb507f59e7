//! Values of every shape, written and read.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::postgres::PgBindIterExt;
use sqlx::{Postgres, QueryBuilder};

use super::Draft::{self, Complete, Partial, Streaming};
use super::{Mapped, assert_all_round_trip, select, through_a_table, with_draft};
use crate::harness::{run, tests};

tests![
    every_value_round_trips,
    every_value_is_stored_as_its_label,
    a_parameter_has_the_type_of_the_enum,
    an_option_round_trips,
    a_reference_is_bound,
    a_vec_round_trips,
    an_empty_vec_round_trips,
    a_slice_is_bound,
    an_array_round_trips,
    an_array_of_another_length_is_refused,
    a_vec_of_options_round_trips,
    an_option_of_a_vec_round_trips,
    null_among_elements_is_refused_without_an_option,
    any_finds_the_rows,
    an_array_unnests_to_rows,
    rows_aggregate_to_a_vec,
    an_iterator_is_bound_for_a_bulk_insert,
    a_query_builder_pushes_values,
    values_compare_in_the_order_of_the_enum,
    a_type_is_looked_up_once_per_connection,
];

async fn every_value_round_trips(database: Database) {
    assert_all_round_trip::<Draft>(&mut with_draft(&database).await).await;
}

async fn every_value_is_stored_as_its_label(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE TABLE it (value app.draft)").await;
    for value in [Streaming, Partial, Complete] {
        sqlx::query("INSERT INTO it VALUES ($1)")
            .bind(value)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    let labels: Vec<String> =
        select(&mut connection, "array_agg(value::text) FROM it").await.unwrap();
    assert_eq!(labels, ["Streaming", "Partial", "done"]);
}

async fn a_parameter_has_the_type_of_the_enum(database: Database) {
    let mut connection = with_draft(&database).await;
    let types: (String, String) = sqlx::query_as("SELECT pg_typeof($1)::text, pg_typeof($2)::text")
        .bind(Partial)
        .bind([Partial])
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(types, ("app.draft".to_owned(), "app.draft[]".to_owned()));
}

async fn an_option_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    for value in [Some(Complete), None] {
        assert_eq!(through_a_table(&mut connection, "app.draft", &value).await, value);
    }
}

async fn a_reference_is_bound(database: Database) {
    let mut connection = with_draft(&database).await;
    let value: &Draft = &Draft::VARIANTS[1];
    let read: Draft =
        sqlx::query_scalar("SELECT $1").bind(value).fetch_one(&mut connection).await.unwrap();
    assert_eq!(read, *value);
}

async fn a_vec_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    let value = vec![Complete, Streaming, Complete];
    assert_eq!(through_a_table(&mut connection, "app.draft[]", &value).await, value);
}

async fn an_empty_vec_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    let value: Vec<Draft> = Vec::new();
    assert_eq!(through_a_table(&mut connection, "app.draft[]", &value).await, value);
}

async fn a_slice_is_bound(database: Database) {
    let mut connection = with_draft(&database).await;
    let values = [Streaming, Partial, Complete];
    let value: Vec<Draft> = sqlx::query_scalar("SELECT $1")
        .bind(&values[1..])
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(value, values[1..]);
}

async fn an_array_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    let value = [Partial, Streaming];
    assert_eq!(through_a_table(&mut connection, "app.draft[]", &value).await, value);
}

async fn an_array_of_another_length_is_refused(database: Database) {
    let mut connection = with_draft(&database).await;
    let error = select::<[Draft; 2]>(&mut connection, "'{done}'::app.draft[]").await.unwrap_err();
    assert!(error.to_string().ends_with("wrong number of elements"), "{error}");
}

async fn a_vec_of_options_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    let value = vec![None, Some(Partial), None, Some(Complete)];
    assert_eq!(through_a_table(&mut connection, "app.draft[]", &value).await, value);
}

async fn an_option_of_a_vec_round_trips(database: Database) {
    let mut connection = with_draft(&database).await;
    for value in [Some(vec![Partial]), Some(Vec::new()), None] {
        assert_eq!(through_a_table(&mut connection, "app.draft[]", &value).await, value);
    }
}

async fn null_among_elements_is_refused_without_an_option(database: Database) {
    let mut connection = with_draft(&database).await;
    let error =
        select::<Vec<Draft>>(&mut connection, "'{done,NULL}'::app.draft[]").await.unwrap_err();
    assert!(super::source(&error).is::<sqlx::error::UnexpectedNullError>(), "{error}");
}

async fn any_finds_the_rows(database: Database) {
    let mut connection = with_draft(&database).await;
    let found: Vec<Draft> = sqlx::query_scalar(
        "SELECT value FROM unnest(enum_range(NULL::app.draft)) AS value WHERE value = ANY($1)",
    )
    .bind([Complete, Streaming])
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(found, [Streaming, Complete]);
}

async fn an_array_unnests_to_rows(database: Database) {
    let mut connection = with_draft(&database).await;
    let values = vec![Some(Complete), None, Some(Partial)];
    let rows: Vec<Option<Draft>> = sqlx::query_scalar("SELECT unnest($1)")
        .bind(&values)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!(rows, values);
}

async fn rows_aggregate_to_a_vec(database: Database) {
    let mut connection = with_draft(&database).await;
    let all: Vec<Draft> = select(
        &mut connection,
        "array_agg(v ORDER BY v DESC) FROM unnest(enum_range(NULL::app.draft)) AS v",
    )
    .await
    .unwrap();
    assert_eq!(all, [Complete, Partial, Streaming]);
}

/// A table of numbered drafts, and its rows.
const ROWS: [(i32, Draft); 3] = [(1, Complete), (2, Streaming), (3, Complete)];

async fn assert_holds_the_rows<E: Mapped>(connection: &mut sqlx::PgConnection, rows: &[(i32, E)]) {
    let read: Vec<(i32, E)> =
        sqlx::query_as("SELECT id, value FROM it ORDER BY id").fetch_all(connection).await.unwrap();
    assert_eq!(read, rows);
}

async fn an_iterator_is_bound_for_a_bulk_insert(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE TABLE it (id int, value app.draft)").await;
    sqlx::query("INSERT INTO it SELECT * FROM unnest($1, $2)")
        .bind(ROWS.iter().map(|row| row.0).bind_iter())
        .bind(ROWS.iter().map(|row| &row.1).bind_iter())
        .execute(&mut connection)
        .await
        .unwrap();
    assert_holds_the_rows(&mut connection, &ROWS).await;
}

async fn a_query_builder_pushes_values(database: Database) {
    let mut connection = with_draft(&database).await;
    run(&mut connection, "CREATE TABLE it (id int, value app.draft)").await;
    let mut insert = QueryBuilder::<Postgres>::new("INSERT INTO it ");
    insert.push_values(ROWS, |mut row, (id, value)| {
        row.push_bind(id).push_bind(value);
    });
    insert.build().execute(&mut connection).await.unwrap();
    assert_holds_the_rows(&mut connection, &ROWS).await;
}

async fn values_compare_in_the_order_of_the_enum(database: Database) {
    let mut connection = with_draft(&database).await;
    // By text, "Partial" would come first.
    let below: Vec<Draft> = sqlx::query_scalar(
        "SELECT value FROM unnest(enum_range(NULL::app.draft)) AS value WHERE value < $1",
    )
    .bind(Partial)
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert_eq!(below, [Streaming]);
}

/// Once bound, a type needs no other look at the catalog: it may even have another name by now.
async fn a_type_is_looked_up_once_per_connection(database: Database) {
    let mut connection = with_draft(&database).await;
    assert_all_round_trip::<Draft>(&mut connection).await;
    run(&mut connection, "ALTER TYPE app.draft RENAME TO elsewhere").await;
    let read: (Draft, Vec<Draft>) = sqlx::query_as("SELECT $1 AS one, $2 AS more")
        .bind(Partial)
        .bind([Complete])
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(read, (Partial, vec![Complete]));
}
