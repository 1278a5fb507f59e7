//! Many sessions at once.

use futures_util::future::join_all;
use pg_enum_core::Definition;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use crate::harness::{run, tests, try_run};

tests![
    one_of_many_sessions_creates,
    one_of_many_repeatable_reads_creates,
    one_of_many_serializable_creates,
    sessions_that_quote_otherwise_wait_for_one_another,
    many_sessions_drop,
];

const SESSIONS: usize = 16;
const ROUNDS: usize = 40;

const STATUS: Definition<'_> = Definition::new("status", &["a", "b"]);

async fn one_of_many_sessions_creates(database: Database) {
    race(&database, "READ COMMITTED").await;
}

async fn one_of_many_repeatable_reads_creates(database: Database) {
    race(&database, "REPEATABLE READ").await;
}

async fn one_of_many_serializable_creates(database: Database) {
    race(&database, "SERIALIZABLE").await;
}

/// All sessions run the statement at once, round after round, each in a transaction whose snapshot
/// is older than the type.
async fn race(database: &Database, level: &str) {
    let (mut sessions, mut observer) = connect(database).await;
    count_creations(&mut observer).await;
    let mut succeeded = 0;
    for round in 0..ROUNDS {
        join_all(sessions.iter_mut().map(|session| async move {
            run(session, &format!("BEGIN ISOLATION LEVEL {level}; SELECT count(*) FROM pg_type"))
                .await;
        }))
        .await;
        let outcomes = join_all(sessions.iter_mut().map(|session| async move {
            try_run(session, &STATUS.create_sql().to_string()).await?;
            try_run(session, "COMMIT").await
        }))
        .await;
        for outcome in outcomes {
            outcome.unwrap();
            succeeded += 1;
        }
        run(&mut observer, "DROP TYPE status").await;
        assert_eq!(creations(&mut observer).await, i64::try_from(round).unwrap() + 1);
    }
    assert_eq!(succeeded, SESSIONS * ROUNDS);
}

/// With `quote_all_identifiers`, the server spells the name otherwise, and the lock must be the same.
async fn sessions_that_quote_otherwise_wait_for_one_another(database: Database) {
    let (mut sessions, mut observer) = connect(&database).await;
    run(&mut observer, r#"CREATE SCHEMA "Odd schema""#).await;
    for (index, session) in sessions.iter_mut().enumerate() {
        let path = "SET search_path = \"Odd schema\"";
        let quotes = if index % 2 == 0 { "on" } else { "off" };
        run(session, &format!("{path}; SET quote_all_identifiers = {quotes}")).await;
    }
    // Half of them say where the type is.
    let sql = [STATUS, STATUS.in_schema("Odd schema")].map(|it| it.create_sql().to_string());
    for _ in 0..ROUNDS {
        let creations = sessions
            .iter_mut()
            .enumerate()
            .map(|(index, session)| try_run(session, &sql[index / 2 % 2]));
        for outcome in join_all(creations).await {
            outcome.unwrap();
        }
        run(&mut observer, r#"DROP TYPE "Odd schema".status"#).await;
    }
}

async fn many_sessions_drop(database: Database) {
    let (mut sessions, mut observer) = connect(&database).await;
    for _ in 0..ROUNDS {
        run(&mut observer, &STATUS.create_sql().to_string()).await;
        let drops =
            join_all(sessions.iter_mut().map(|session| async move {
                try_run(session, &STATUS.drop_sql().to_string()).await
            }));
        for outcome in drops.await {
            outcome.unwrap();
        }
    }
}

async fn connect(database: &Database) -> (Vec<PgConnection>, PgConnection) {
    let sessions = join_all((0..SESSIONS).map(|_| database.connect())).await;
    let sessions = sessions.into_iter().map(Result::unwrap).collect();
    (sessions, database.connect().await.unwrap())
}

/// Has the server write down each type that is created, in the transaction that creates it.
async fn count_creations(connection: &mut PgConnection) {
    run(
        connection,
        "CREATE TABLE creation ();
         CREATE FUNCTION creation() RETURNS event_trigger LANGUAGE plpgsql AS
             $$ BEGIN INSERT INTO public.creation DEFAULT VALUES; END $$;
         CREATE EVENT TRIGGER creation ON ddl_command_end WHEN TAG IN ('CREATE TYPE')
             EXECUTE FUNCTION creation();",
    )
    .await;
}

async fn creations(connection: &mut PgConnection) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM creation").fetch_one(connection).await.unwrap()
}
