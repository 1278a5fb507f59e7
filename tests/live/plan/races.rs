//! Many sessions that take the same step.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use pg_enum_core::plan::plan;
use pg_enum_core::record::RecordedEnum;
use pg_enum_core::{Definition, Former, Renamed};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{downs, planned, ups};
use crate::harness::{labels, refused, run, tests, try_run, until_waiting};

tests![
    many_sessions_in_step,
    many_sessions_in_old_repeatable_reads,
    many_sessions_run_all_of_it,
    many_sessions_in_one_transaction_each,
    labels_are_exchanged_once,
    labels_that_change_while_it_waits_are_not_exchanged,
];

const SESSIONS: usize = 8;
const ROUNDS: usize = 5;

const OLD: &[&str] = &["sad", "ok"];

const FEELING: Definition<'_> =
    Definition::new("feeling", &["first", "unhappy", "so-so", "ok", "last"])
        .in_schema("app")
        .with_was(Former { schema: Some("public"), name: "mood" })
        .with_renamed(&[Renamed { label: "unhappy", was: "sad" }]);

/// Each session takes each step at the same time as the others do.
async fn many_sessions_in_step(database: Database) {
    in_step(&database, None).await;
}

/// Likewise, each step in a transaction whose snapshot is older than what the others do in it, and who
/// has looked up the type before.
async fn many_sessions_in_old_repeatable_reads(database: Database) {
    in_step(&database, Some("REPEATABLE READ")).await;
    in_step(&database, Some("SERIALIZABLE")).await;
}

async fn in_step(database: &Database, level: Option<&str>) {
    let (mut sessions, mut observer) = prepare(database).await;
    let plan = planned(OLD, FEELING);
    for _ in 0..ROUNDS {
        create(&mut observer).await;
        for statement in ups(&plan).into_iter().chain(downs(&plan)) {
            if let Some(level) = level {
                let begin = format!(
                    "BEGIN ISOLATION LEVEL {level}; SELECT count(*) FROM pg_type, pg_enum; \
                     SELECT to_regtype('public.mood'), to_regtype('app.mood'), \
                     to_regtype('app.feeling')"
                );
                join_all(sessions.iter_mut().map(|session| run(session, &begin))).await;
            }
            let statement = &statement;
            let outcomes = join_all(sessions.iter_mut().map(|session| async move {
                try_run(session, statement).await?;
                if level.is_some() { try_run(session, "COMMIT").await } else { Ok(()) }
            }));
            for outcome in outcomes.await {
                outcome.unwrap_or_else(|error| panic!("{error}\n{statement}"));
            }
        }
        assert_back(&mut observer).await;
    }
}

/// Each session goes all the way, at its own pace.
async fn many_sessions_run_all_of_it(database: Database) {
    let (mut sessions, mut observer) = prepare(&database).await;
    let plan = planned(OLD, FEELING);
    for _ in 0..ROUNDS {
        create(&mut observer).await;
        for statements in [ups(&plan), downs(&plan)] {
            let statements = &statements;
            join_all(sessions.iter_mut().map(|session| async move {
                for statement in statements {
                    run(session, statement).await;
                }
            }))
            .await;
        }
        assert_back(&mut observer).await;
    }
}

async fn many_sessions_in_one_transaction_each(database: Database) {
    let (mut sessions, mut observer) = prepare(&database).await;
    let plan = planned(OLD, FEELING);
    for level in ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] {
        for _ in 0..ROUNDS {
            create(&mut observer).await;
            for statements in [ups(&plan), downs(&plan)] {
                let statements = &statements;
                join_all(sessions.iter_mut().map(|session| async move {
                    run(session, &format!("BEGIN ISOLATION LEVEL {level}")).await;
                    run(session, "SELECT count(*) FROM pg_type, pg_enum").await;
                    for statement in statements {
                        run(session, statement).await;
                    }
                    run(session, "COMMIT").await;
                }))
                .await;
            }
            assert_back(&mut observer).await;
        }
    }
}

/// The names of the first and the last label.
const EXCHANGED: Definition<'_> = Definition::new("mood", &["c", "b", "a"])
    .in_schema("app")
    .with_renamed(&[Renamed { label: "c", was: "a" }, Renamed { label: "a", was: "c" }]);

/// A session that has the labels from before does the same by hand, without the lock of the plans.
async fn labels_are_exchanged_once(database: Database) {
    let by_hand =
        "ALTER TYPE app.mood RENAME VALUE 'a' TO 't'; ALTER TYPE app.mood RENAME VALUE 'c' TO 'a';
        ALTER TYPE app.mood RENAME VALUE 't' TO 'c'";
    for level in ["READ COMMITTED", "REPEATABLE READ"] {
        let (mut second, sql) = exchange_behind(&database, by_hand, level).await;
        let mut first = database.connect().await.unwrap();
        assert_eq!(labels(&mut first, "app", "mood").await, ["c", "b", "a"], "{level}");
        // Whoever has waited runs it again, and there is nothing to do.
        run(&mut second, &sql).await;
        assert_eq!(labels(&mut first, "app", "mood").await, ["c", "b", "a"], "{level}");
    }
}

async fn labels_that_change_while_it_waits_are_not_exchanged(database: Database) {
    let others = [
        ("ALTER TYPE app.mood RENAME VALUE 'c' TO 'd'", ["a", "b", "d"]),
        ("ALTER TYPE app.mood RENAME VALUE 'a' TO 'd'", ["d", "b", "c"]),
    ];
    for (other, after) in others {
        let (_, _) = exchange_behind(&database, other, "READ COMMITTED").await;
        let mut first = database.connect().await.unwrap();
        assert_eq!(labels(&mut first, "app", "mood").await, after);
    }
}

/// Runs the plan in a session that has to wait for another one, which does something else first. It fails, and the session
/// and the statement are returned.
async fn exchange_behind(database: &Database, other: &str, level: &str) -> (PgConnection, String) {
    let mut first = database.connect().await.unwrap();
    run(
        &mut first,
        "DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b', 'c')",
    )
    .await;
    let recorded = RecordedEnum::in_database("app", "mood", &["a", "b", "c"].map(str::to_owned));
    let plan = plan(Some(&recorded), EXCHANGED).expect("a plan");
    let [sql] = &ups(&plan)[..] else { panic!("{plan:?}") };
    run(&mut first, &format!("BEGIN; {other}")).await;
    let mut second = database.connect().await.unwrap();
    let block = format!("BEGIN ISOLATION LEVEL {level}; SELECT count(*) FROM pg_enum; {sql}");
    let waiting = async {
        until_waiting(database).await;
        run(&mut first, "COMMIT").await;
    };
    let (refusal, ()) = join(refused(&mut second, &block), waiting).await;
    assert!(["40001", "22023"].contains(&&*refusal.code), "{refusal:?}");
    run(&mut second, "ROLLBACK").await;
    (second, sql.clone())
}

async fn prepare(database: &Database) -> (Vec<PgConnection>, PgConnection) {
    let sessions = join_all((0..SESSIONS).map(|_| database.connect())).await;
    let mut observer = database.connect().await.unwrap();
    run(&mut observer, "CREATE SCHEMA IF NOT EXISTS app").await;
    (sessions.into_iter().map(Result::unwrap).collect(), observer)
}

async fn create(observer: &mut PgConnection) {
    run(observer, "DROP TYPE IF EXISTS public.mood; CREATE TYPE public.mood AS ENUM ('sad', 'ok')")
        .await;
}

/// The old type, with the labels that stay.
async fn assert_back(observer: &mut PgConnection) {
    let back: BTreeSet<_> = labels(observer, "public", "mood").await.into_iter().collect();
    let expected = ["sad", "ok", "first", "so-so", "last"].map(str::to_owned);
    assert_eq!(back, BTreeSet::from(expected));
}
