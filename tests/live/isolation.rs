//! `CREATE_SQL` in transactions of every kind: what counts is what is there now, not what a snapshot
//! shows.

use pg_enum_core::Definition;
use pg_enum_test_server::Database;
use sqlx::{Connection, PgConnection};

use crate::harness::{labels, refused, run, tests, types};

tests![
    every_row_at_every_level,
    a_rollback_takes_the_type_with_it,
    a_new_type_can_be_used_at_once,
    a_type_younger_than_the_snapshot_is_found,
    a_label_younger_than_the_snapshot_is_found,
    a_table_younger_than_the_snapshot_is_found,
    a_label_of_this_transaction_is_found,
    labels_of_this_and_of_a_later_transaction_are_found,
    a_new_label_of_a_new_type_can_be_used_at_once,
    a_look_up_that_found_nothing_is_not_remembered,
    nor_for_a_second_type_in_one_transaction,
];

const STATUS: Definition<'_> = Definition::new("status", &["a", "b", "c"]);

const LEVELS: [&str; 3] = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"];

fn create() -> String {
    STATUS.create_sql().to_string()
}

/// A transaction whose snapshot is taken.
async fn begin(connection: &mut PgConnection, level: &str) {
    run(connection, &format!("BEGIN ISOLATION LEVEL {level}")).await;
    run(connection, "SELECT count(*) FROM pg_type, pg_enum").await;
}

async fn every_row_at_every_level(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for level in LEVELS {
        for (made, code) in [
            ("SELECT 1", None),
            ("CREATE TYPE status AS ENUM ('a', 'b', 'c')", None),
            ("CREATE TYPE status AS ENUM ('a', 'x', 'b', 'c', 'd')", None),
            ("CREATE TYPE status AS ENUM ('a', 'c')", Some("55000")),
            ("CREATE TYPE status AS ENUM ('a', 'B', 'c')", Some("55000")),
            ("CREATE TYPE status AS ENUM ('c', 'b', 'a')", Some("55000")),
            ("CREATE TYPE status AS (a int)", Some("42809")),
        ] {
            // Made before the transaction, and in it.
            for (before, within) in [(made, "SELECT 1"), ("SELECT 1", made)] {
                run(&mut connection, before).await;
                begin(&mut connection, level).await;
                run(&mut connection, within).await;
                match code {
                    None => run(&mut connection, &create()).await,
                    Some(code) => {
                        let refusal = refused(&mut connection, &create()).await;
                        assert_eq!(refusal.code, code, "{level}, {made}: {}", refusal.message);
                    }
                }
                run(&mut connection, "COMMIT").await;
                run(&mut connection, "DROP TYPE IF EXISTS status").await;
            }
        }
    }
}

async fn a_rollback_takes_the_type_with_it(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "BEGIN").await;
    run(&mut connection, &create()).await;
    run(&mut connection, "SAVEPOINT s; ROLLBACK TO s").await;
    run(&mut connection, "ROLLBACK").await;
    assert_eq!(types(&mut connection, "public", "status").await, 0);
}

async fn a_new_type_can_be_used_at_once(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for level in LEVELS {
        begin(&mut connection, level).await;
        run(&mut connection, &create()).await;
        run(
            &mut connection,
            "CREATE TABLE t (s status DEFAULT 'b' CHECK (s <> 'c')); INSERT INTO t VALUES ('a')",
        )
        .await;
        run(&mut connection, &create()).await;
        run(&mut connection, "ROLLBACK").await;
    }
}

async fn a_type_younger_than_the_snapshot_is_found(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    for level in LEVELS {
        begin(&mut connection, level).await;
        run(&mut other, &create()).await;
        run(&mut connection, &create()).await;
        run(&mut connection, "COMMIT").await;
        run(&mut other, "DROP TYPE status").await;
    }
}

async fn a_label_younger_than_the_snapshot_is_found(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    for level in LEVELS {
        run(&mut other, "CREATE TYPE status AS ENUM ('a', 'c')").await;
        begin(&mut connection, level).await;
        run(&mut other, "ALTER TYPE status ADD VALUE 'b' AFTER 'a'").await;
        run(&mut connection, &create()).await;
        run(&mut connection, "COMMIT").await;
        run(&mut other, "DROP TYPE status").await;
    }
}

async fn a_table_younger_than_the_snapshot_is_found(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    for level in LEVELS {
        begin(&mut connection, level).await;
        run(&mut other, "CREATE TABLE status ()").await;
        let refusal = refused(&mut connection, &create()).await;
        assert_eq!(refusal.code, "42809", "{level}: {}", refusal.message);
        run(&mut connection, "ROLLBACK").await;
        run(&mut other, "DROP TABLE status").await;
    }
}

async fn a_label_of_this_transaction_is_found(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for level in LEVELS {
        for add in
            ["ADD VALUE 'b' AFTER 'a'", "ADD VALUE 'x'; ALTER TYPE status ADD VALUE 'b' AFTER 'a'"]
        {
            run(&mut connection, "CREATE TYPE status AS ENUM ('a', 'c')").await;
            begin(&mut connection, level).await;
            run(&mut connection, &format!("ALTER TYPE status {add}")).await;
            run(&mut connection, &create()).await;
            run(&mut connection, "COMMIT").await;
            run(&mut connection, "DROP TYPE status").await;
        }
        run(&mut connection, "CREATE TYPE status AS ENUM ('a', 'c')").await;
        begin(&mut connection, level).await;
        run(&mut connection, "ALTER TYPE status ADD VALUE 'B' AFTER 'a'").await;
        let refusal = refused(&mut connection, &create()).await;
        assert!(refusal.message.contains("only the case differs"), "{}", refusal.message);
        run(&mut connection, "ROLLBACK; DROP TYPE status").await;
    }
}

/// `enum_range` shows labels that are younger than the snapshot, and no labels at all once this transaction has
/// added one. So above READ COMMITTED, nobody can tell that the others are there, and it is an error.
async fn labels_of_this_and_of_a_later_transaction_are_found(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    for level in LEVELS {
        begin(&mut connection, level).await;
        run(&mut other, "CREATE TYPE status AS ENUM ('a', 'b')").await;
        run(&mut connection, "ALTER TYPE status ADD VALUE 'c'").await;
        if level == "READ COMMITTED" {
            run(&mut connection, &create()).await;
            run(&mut connection, "COMMIT").await;
            assert_eq!(labels(&mut connection, "public", "status").await, STATUS.labels);
        } else {
            assert_eq!(refused(&mut connection, &create()).await.code, "55000");
            run(&mut connection, "ROLLBACK").await;
        }
        run(&mut other, "DROP TYPE status").await;
    }
}

/// From 17 on, a label may be used in the transaction that adds it, if that has created the type, and not in a
/// subtransaction: what runners need that send all pending migrations in one.
async fn a_new_label_of_a_new_type_can_be_used_at_once(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let version: i32 = sqlx::query_scalar("SELECT current_setting('server_version_num')::int")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    for definition in [STATUS, STATUS.in_schema("public")] {
        for level in LEVELS {
            begin(&mut connection, level).await;
            run(&mut connection, &definition.create_sql().to_string()).await;
            run(&mut connection, "CREATE TABLE t (s status)").await;
            run(&mut connection, "ALTER TYPE status ADD VALUE IF NOT EXISTS 'd'").await;
            if version >= 170_000 {
                run(&mut connection, "INSERT INTO t VALUES ('d')").await;
            } else {
                let refusal = refused(&mut connection, "INSERT INTO t VALUES ('d')").await;
                assert_eq!(refusal.code, "55P04");
            }
            run(&mut connection, "ROLLBACK").await;
        }
    }
}

/// A session that has looked for the type in vain, and then waits for another to create it, must
/// not find its own old answer.
async fn a_look_up_that_found_nothing_is_not_remembered(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    for level in LEVELS {
        run(&mut connection, "SELECT to_regtype('public.status')").await;
        begin(&mut connection, level).await;
        run(&mut connection, "SELECT to_regtype('public.status')").await;
        create_while_another_does(&database, &mut connection, &mut other).await;
        run(&mut connection, "COMMIT; DROP TYPE status").await;
    }
}

/// Nor must it for the second type in one transaction, as a lock that is held already brings nothing new.
async fn nor_for_a_second_type_in_one_transaction(database: Database) {
    let (mut connection, mut other) = two(&database).await;
    let first = Definition::new("first", &["a"]).create_sql().to_string();
    for level in LEVELS {
        begin(&mut connection, level).await;
        run(&mut connection, &first).await;
        run(&mut connection, "SELECT to_regtype('public.status')").await;
        create_while_another_does(&database, &mut connection, &mut other).await;
        run(&mut connection, "COMMIT; DROP TYPE status; DROP TYPE first").await;
    }
}

/// The other one creates the type, and commits while this one waits for the lock.
async fn create_while_another_does(
    database: &Database,
    connection: &mut PgConnection,
    other: &mut PgConnection,
) {
    run(other, "BEGIN").await;
    run(other, &create()).await;
    let sql = create();
    let commit = async {
        until_somebody_waits(database).await;
        run(other, "COMMIT").await;
    };
    futures_util::future::join(run(connection, &sql), commit).await;
}

async fn until_somebody_waits(database: &Database) {
    let mut connection = database.connect().await.unwrap();
    let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut connection).await.unwrap() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    connection.close().await.unwrap();
}

async fn two(database: &Database) -> (PgConnection, PgConnection) {
    (database.connect().await.unwrap(), database.connect().await.unwrap())
}
