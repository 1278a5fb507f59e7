//! The constants of derived enums, of every size, against the catalog.

use pg_enum::PgEnum;
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, Connection};

use crate::harness::{labels, run, tests, types};

tests![of_one, of_two, of_sixty_four, of_a_thousand];

mod sizes {
    include!(concat!(env!("OUT_DIR"), "/sizes.rs"));
}

async fn of_one(database: Database) {
    check::<sizes::Of1>(&database, 1).await;
}

async fn of_two(database: Database) {
    check::<sizes::Of2>(&database, 2).await;
}

async fn of_sixty_four(database: Database) {
    check::<sizes::Of64>(&database, 64).await;
}

async fn of_a_thousand(database: Database) {
    check::<sizes::Of1000>(&database, 1_000).await;
}

async fn check<E>(database: &Database, count: usize)
where
    E: PgEnum + PartialEq + std::fmt::Debug + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    E: for<'r> sqlx::Decode<'r, sqlx::Postgres>,
{
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA sizes").await;
    assert_eq!(E::LABELS.len(), count);
    assert_eq!(E::DEFINITION.labels, E::LABELS);

    for create in [E::CREATE_SQL, E::UP_SQL] {
        for _ in 0..2 {
            run(&mut connection, create).await;
            assert_eq!(labels(&mut connection, "sizes", E::DEFINITION.name).await, E::LABELS);
        }
        let read: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(format!("SELECT ARRAY[{}]", E::LABELS_SQL)))
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!(read, E::LABELS);
        // The statement of the first round is about a type that is gone.
        connection.clear_cached_statements().await.unwrap();
        let values: Vec<E> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT unnest(enum_range(NULL::{}))",
            E::NAME_SQL
        )))
        .fetch_all(&mut connection)
        .await
        .unwrap();
        assert_eq!(values, E::VARIANTS);
        let drop = if create == E::UP_SQL { E::DOWN_SQL } else { E::DROP_SQL };
        for _ in 0..2 {
            run(&mut connection, drop).await;
            assert_eq!(types(&mut connection, "sizes", E::DEFINITION.name).await, 0);
        }
    }
}
