//! Two types of one name, in two schemas.

use pg_enum::{PgEnum, UnknownLabel};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{Mapped, assert_all_round_trip, connect, create, select, source};
use crate::harness::{run, tests};

tests![
    each_is_bound_and_read_in_one_query,
    each_is_bound_and_read_whichever_comes_first,
    each_is_bound_after_the_other_was_read,
    each_follows_the_search_path,
    the_other_is_refused_while_its_schema_shows,
    an_array_of_the_other_is_refused_while_its_schema_shows,
    the_other_is_told_by_its_labels_while_its_schema_does_not_show,
    the_server_refuses_to_write_the_other,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "a", name = "status")]
enum A {
    Common,
    OfA,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(schema = "b", name = "status")]
enum B {
    Common,
    OfB,
}

const PATHS: [&str; 5] = ["public", "a", "b", "a, b", "b, a"];

/// A new connection to a database that has both types and a row of both.
async fn with_both(database: &Database, path: &str) -> PgConnection {
    let mut connection = connect(database).await;
    create::<A>(&mut connection).await;
    create::<B>(&mut connection).await;
    run(
        &mut connection,
        "CREATE TABLE IF NOT EXISTS public.it
             (a a.status, b b.status, many_a a.status[], many_b b.status[]);
         TRUNCATE public.it;
         INSERT INTO public.it VALUES ('OfA', 'OfB', '{Common,OfA}', '{OfB}')",
    )
    .await;
    run(&mut connection, &format!("SET search_path = {path}")).await;
    connection
}

/// One query with parameters and columns of both types.
async fn assert_both_in_one_query(connection: &mut PgConnection) {
    let read: (A, B, Vec<A>, Vec<B>) = sqlx::query_as(
        "SELECT a, b, many_a, many_b FROM public.it
         WHERE a = $1 AND b = $2 AND many_a = $3 AND many_b = $4",
    )
    .bind(A::OfA)
    .bind(B::OfB)
    .bind([A::Common, A::OfA])
    .bind([B::OfB])
    .fetch_one(connection)
    .await
    .unwrap();
    assert_eq!(read, (A::OfA, B::OfB, vec![A::Common, A::OfA], vec![B::OfB]));
}

async fn each_is_bound_and_read_in_one_query(database: Database) {
    for path in PATHS {
        assert_both_in_one_query(&mut with_both(&database, path).await).await;
    }
}

async fn assert_one_then_the_other<First: Mapped, Second: Mapped>(database: &Database) {
    for path in PATHS {
        let mut connection = with_both(database, path).await;
        assert_all_round_trip::<First>(&mut connection).await;
        assert_all_round_trip::<Second>(&mut connection).await;
        assert_both_in_one_query(&mut connection).await;
    }
}

async fn each_is_bound_and_read_whichever_comes_first(database: Database) {
    assert_one_then_the_other::<A, B>(&database).await;
    assert_one_then_the_other::<B, A>(&database).await;
}

async fn each_is_bound_after_the_other_was_read(database: Database) {
    for path in PATHS {
        let mut connection = with_both(&database, path).await;
        assert_eq!(select::<B>(&mut connection, "b FROM public.it").await.unwrap(), B::OfB);
        assert_all_round_trip::<A>(&mut connection).await;

        let mut connection = with_both(&database, path).await;
        assert_eq!(select::<A>(&mut connection, "a FROM public.it").await.unwrap(), A::OfA);
        assert_all_round_trip::<B>(&mut connection).await;
    }
}

async fn each_follows_the_search_path(database: Database) {
    let mut connection = with_both(&database, "public").await;
    for path in PATHS {
        run(&mut connection, &format!("SET search_path = {path}")).await;
        assert_both_in_one_query(&mut connection).await;
    }
}

async fn the_other_is_refused_while_its_schema_shows(database: Database) {
    for path in ["public", "a", "a, b"] {
        let mut connection = with_both(&database, path).await;
        let error = select::<A>(&mut connection, "'Common'::b.status").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "error occurred while decoding column 0: mismatched types; \
             Rust type `live::codec::twins::A` (as SQL type `\"a\".\"status\"`) \
             is not compatible with SQL type `b.status`",
        );
    }
}

async fn an_array_of_the_other_is_refused_while_its_schema_shows(database: Database) {
    let mut connection = with_both(&database, "a").await;
    let error = select::<Vec<A>>(&mut connection, "'{Common}'::b.status[]").await.unwrap_err();
    assert!(error.to_string().ends_with("not compatible with SQL type `b.status[]`"), "{error}");
}

/// The server spells the column's type `status`, and nothing tells which one that is.
async fn the_other_is_told_by_its_labels_while_its_schema_does_not_show(database: Database) {
    let mut connection = with_both(&database, "b").await;
    let error = select::<A>(&mut connection, "'OfB'::b.status").await.unwrap_err();
    assert!(source(&error).is::<UnknownLabel>(), "{error}");
    assert_eq!(select::<A>(&mut connection, "'Common'::b.status").await.unwrap(), A::Common);
}

async fn the_server_refuses_to_write_the_other(database: Database) {
    for path in PATHS {
        let mut connection = with_both(&database, path).await;
        let error = sqlx::query("UPDATE public.it SET b = $1")
            .bind(A::Common)
            .execute(&mut connection)
            .await
            .unwrap_err();
        assert_eq!(error.as_database_error().unwrap().code().unwrap(), "42804", "{error}");
    }
}
