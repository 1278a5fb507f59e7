//! Types that are made when they are missing, by one process or many.

use std::sync::Arc;
use std::time::Duration;

use pg_enum::live::{Ensure, Error};
use pg_enum::{PgEnum, Registered, Set, set};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::text;
use crate::harness::{labels, run, tests, types};

tests![
    what_is_missing_is_made,
    nothing_to_do_is_one_query,
    labels_are_added_in_their_place,
    labels_are_added_if_they_may,
    extra_labels_are_left_alone,
    what_cannot_be_made_leaves_everything_as_it_is,
    a_former_name_is_not_made_again,
    in_a_transaction_of_the_callers,
    a_pool_and_a_task,
    two_definitions_of_one_type,
    hostile_definitions,
    events,
];

#[derive(PgEnum)]
#[pg_enum(schema = "app", rename_all = "snake_case", comment)]
/// How far a draft is.
enum Status {
    Draft,
    Live,
    Gone,
}

#[derive(PgEnum)]
enum Mood {
    Sad,
    Ok,
}

async fn connect(database: &Database) -> PgConnection {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA IF NOT EXISTS app").await;
    connection
}

async fn what_is_missing_is_made(database: Database) {
    let mut connection = connect(&database).await;
    let set = set![Status, Mood];
    let ensured = set.ensure(&mut connection).await.unwrap();
    assert_eq!(ensured.steps, ["create type mood", "create type app.status"]);
    set.verify(&mut connection).await.unwrap();
    let comment: String = sqlx::query_scalar("SELECT obj_description('app.status'::regtype)")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(comment, "How far a draft is.");
    assert!(set.ensure(&mut connection).await.unwrap().steps.is_empty());
}

async fn nothing_to_do_is_one_query(database: Database) {
    let mut connection = connect(&database).await;
    let set = set![Mood];
    set.ensure(&mut connection).await.unwrap();
    // Not even a lock is taken, nor anything that a read-only transaction would refuse.
    run(&mut connection, "BEGIN READ ONLY").await;
    set.ensure(&mut connection).await.unwrap();
    run(&mut connection, "COMMIT").await;
}

async fn labels_are_added_in_their_place(database: Database) {
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE TYPE app.status AS ENUM ('live', 'newer')").await;
    let ensured = set![Status].ensure(&mut connection).await.unwrap();
    assert_eq!(
        ensured.steps,
        [
            "add value 'draft' to app.status before 'live'",
            "add value 'gone' to app.status after 'live'"
        ]
    );
    assert_eq!(labels(&mut connection, "app", "status").await, ["draft", "live", "gone", "newer"]);
}

async fn labels_are_added_if_they_may(database: Database) {
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE TYPE app.status AS ENUM ('draft', 'live')").await;
    let cautious = Ensure::new().add_labels(false);
    let error = set![Status, Mood].ensure_with(&cautious, &mut connection).await.unwrap_err();
    assert!(text(&error).contains("app.status lacks the label 'gone'"), "{error}");
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
}

async fn extra_labels_are_left_alone(database: Database) {
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE TYPE mood AS ENUM ('Sad', 'new', 'Ok')").await;
    assert!(set![Mood].ensure(&mut connection).await.unwrap().steps.is_empty());
}

async fn what_cannot_be_made_leaves_everything_as_it_is(database: Database) {
    let mut connection = connect(&database).await;
    for (sql, reason) in [
        ("CREATE TYPE app.status AS ENUM ('live', 'draft')", "the label 'live' first"),
        ("CREATE TYPE app.status AS ENUM ('Draft')", "they differ only by case"),
        ("CREATE TABLE app.status ()", "is a table, not an enum type"),
    ] {
        run(&mut connection, &format!("DROP SCHEMA app CASCADE; CREATE SCHEMA app; {sql}")).await;
        let error = set![Mood, Status].ensure(&mut connection).await.unwrap_err();
        assert!(matches!(error, Error::Drift(_)) && text(&error).contains(reason), "{error}");
        assert_eq!(types(&mut connection, "public", "mood").await, 0);
    }
    run(&mut connection, "DROP SCHEMA app CASCADE").await;
    let error = set![Mood, Status].ensure(&mut connection).await.unwrap_err();
    assert!(text(&error).contains("CREATE SCHEMA app"), "{error}");
}

async fn a_former_name_is_not_made_again(database: Database) {
    #[derive(PgEnum)]
    #[pg_enum(was = "feeling")]
    enum Humour {
        Sad,
    }
    let mut connection = connect(&database).await;
    run(&mut connection, "CREATE TYPE feeling AS ENUM ('Sad')").await;
    let error = set![Humour].ensure(&mut connection).await.unwrap_err();
    assert!(text(&error).contains("still has its former name"), "{error}");
    assert_eq!(types(&mut connection, "public", "humour").await, 0);
}

async fn in_a_transaction_of_the_callers(database: Database) {
    use sqlx::Connection as _;

    let mut connection = connect(&database).await;
    run(&mut connection, "SET lock_timeout = '77s'; SET statement_timeout = '78s'; SET jit = on")
        .await;
    let mut transaction = connection.begin().await.unwrap();
    assert_eq!(set![Mood].ensure(&mut *transaction).await.unwrap().steps.len(), 1);
    let limits: (String, String, String) = sqlx::query_as(
        "SELECT current_setting('lock_timeout'), current_setting('statement_timeout'), \
         current_setting('jit')",
    )
    .fetch_one(&mut *transaction)
    .await
    .unwrap();
    assert_eq!(limits, ("77s".to_owned(), "78s".to_owned(), "on".to_owned()));
    transaction.rollback().await.unwrap();
    assert_eq!(types(&mut connection, "public", "mood").await, 0);
    // Its own transaction leaves nothing behind either.
    set![Mood].ensure(&mut connection).await.unwrap();
    let limit: String = sqlx::query_scalar("SELECT current_setting('lock_timeout')")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(limit, "77s");
}

async fn a_pool_and_a_task(database: Database) {
    let pool = sqlx::PgPool::connect(database.url()).await.unwrap();
    let task = tokio::spawn({
        let pool = pool.clone();
        async move {
            set![Mood].ensure(&pool).await?;
            set![Mood].verify(&pool).await
        }
    });
    task.await.unwrap().unwrap();
    pool.close().await;
}

mod older {
    #[derive(pg_enum::PgEnum)]
    pub(super) enum Mood {
        Happy,
    }

    impl Mood {
        pub(super) const ALL: [Self; 1] = [Self::Happy];
    }
}

async fn two_definitions_of_one_type(database: Database) {
    let mut connection = connect(&database).await;
    let _ = older::Mood::ALL;
    let set = set![Mood, older::Mood];
    let error = set.ensure(&mut connection).await.unwrap_err();
    assert_eq!(
        text(&error).replace(concat!(module_path!(), "::"), ""),
        "two enums define the type mood differently: Mood as ('Sad', 'Ok'), older::Mood as ('Happy'); \
         rename one of the two, or move it to another schema"
    );
    assert!(matches!(set.verify(&mut connection).await.unwrap_err(), Error::Conflict(_)));
    // The same twice is no conflict.
    assert_eq!(set![Mood, Mood].len(), 1);
}

macro_rules! fifty {
    ($($name:ident)*) => {
        $(#[derive(PgEnum)] enum $name { One, Two, Three })*
        pub(super) fn fifty() -> Set<'static> {
            Set::new([$(Registered::of::<$name>()),*])
        }
    };
}
fifty! {
    E00 E01 E02 E03 E04 E05 E06 E07 E08 E09 E10 E11 E12 E13 E14 E15 E16 E17 E18 E19 E20 E21 E22 E23 E24
    E25 E26 E27 E28 E29 E30 E31 E32 E33 E34 E35 E36 E37 E38 E39 E40 E41 E42 E43 E44 E45 E46 E47 E48 E49
}

async fn hostile_definitions(database: Database) {
    #[derive(PgEnum)]
    #[pg_enum(schema = "s'\"\\", name = "$pg_enum$'\"\\")]
    enum Hostile {
        #[pg_enum(rename = "'; DROP TABLE t; --")]
        One,
        #[pg_enum(rename = "$pg_enum_$\\")]
        Two,
    }
    let mut connection = connect(&database).await;
    run(&mut connection, r#"CREATE SCHEMA "s'""\""#).await;
    set![Hostile].ensure(&mut connection).await.unwrap();
    assert_eq!(labels(&mut connection, "s'\"\\", "$pg_enum$'\"\\").await, Hostile::LABELS);
}

async fn events(database: Database) {
    use std::sync::Mutex;

    use tracing::field::{Field, Visit};
    use tracing::{Event, Metadata, Subscriber, span};

    /// Keeps the messages of events.
    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<String>>>);
    impl Visit for Kept {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            if field.name() == "message" {
                self.0.lock().unwrap().push(format!("{value:?}"));
            }
        }
    }
    impl Subscriber for Kept {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "pg_enum"
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, event: &Event<'_>) {
            event.record(&mut self.clone());
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    #[derive(PgEnum)]
    enum OfThisTest {
        A,
    }

    let mut connection = connect(&database).await;
    let mut other = connect(&database).await;
    run(&mut other, "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('pg_enum ensure', 0))")
        .await;
    let kept = Kept::default();
    // For the whole process, as other tests use the same events, and whose they are is settled once.
    tracing::subscriber::set_global_default(kept.clone()).unwrap();
    let release = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        run(&mut other, "COMMIT").await;
    };
    let set = set![OfThisTest];
    let (ensured, ()) = futures_util::future::join(set.ensure(&mut connection), release).await;
    assert!(ensured.unwrap().waited >= Duration::from_millis(100));
    let kept = kept.0.lock().unwrap();
    for message in [
        "waiting for another process that creates enum types",
        "create type of_this_test",
        "the enum types now match the enums",
    ] {
        assert!(kept.iter().any(|kept| kept == message), "{message}: {kept:?}");
    }
}
