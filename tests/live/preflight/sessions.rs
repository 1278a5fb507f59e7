//! Who is in the way.

use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::harness::{Folder, Said};
use crate::harness::{run, tests};

tests![
    changing_the_type,
    holding_a_table,
    migrating,
    migrating_with_blocks,
    waiting_for_another_lock,
    open_for_long,
    hidden_sessions,
];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");
const ADD: (&str, &str) = ("2_add.sql", "ALTER TYPE mood ADD VALUE 'ok';");

/// A database that is migrated, and a connection with a name.
async fn begin(database: &Database, folder: &Folder) -> PgConnection {
    let mut connection = database.connect().await.expect("a connection");
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "SET application_name = 'other'").await;
    connection
}

/// The name of the user depends on the server.
async fn said(mut connection: PgConnection, said: Said) -> Said {
    run(&mut connection, "ROLLBACK").await;
    let user: String = sqlx::query_scalar("SELECT current_user::text")
        .fetch_one(&mut connection)
        .await
        .expect("a name");
    said.without(&format!("({user})"), "(somebody)")
}

async fn changing_the_type(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    run(&mut other, "BEGIN; ALTER TYPE mood RENAME VALUE 'sad' TO 'low'").await;
    folder.write(ADD.0, ADD.1);
    let text = folder.run(&database, &["preflight"]);
    said(other, text).await.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[lock]: pid N (somebody) is changing public.mood, or has changed it without a commit
         |
         = note: it holds ExclusiveLock on the type
         = note: other, idle in transaction, its transaction is N s old: BEGIN; ALTER TYPE mood RENAME VALUE 'sad' TO 'low'
         = help: wait until that transaction ends
    "#]]);
}

async fn holding_a_table(database: Database) {
    let table = ("2_t.sql", "CREATE TABLE t (id int, mood mood);");
    let folder = Folder::new(&[MOOD, table]);
    let mut other = begin(&database, &folder).await;
    run(&mut other, "ANALYZE").await;
    run(&mut other, "BEGIN; SELECT * FROM t").await;
    folder.write("3_text.sql", "ALTER TABLE t ALTER COLUMN mood TYPE text;\nDROP TYPE mood;");
    let text = folder.run(&database, &["preflight"]);
    said(other, text).await.check(&expect![[r#"
        Findings
        migrations (sqlx): 2 of 3 migrations applied, the last one 2

        pending 3_text.sql
          public.mood: dropped  (migrations/3_text.sql:2)
        warning[lock]: pid N (somebody) holds a lock on public.t, which a pending migration rewrites
         |
         = note: it holds AccessShareLock; the migration waits for this lock, and all later statements on the table wait for the migration
         = note: other, idle in transaction, its transaction is N s old: BEGIN; SELECT * FROM t
         = help: wait until it ends, and migrate with a lock_timeout
        note[rewrite]: 3 rewrites public.t: 0 bytes, about 0 rows
         --> migrations/3_text.sql:1:1
          |
        1 | ALTER TABLE t ALTER COLUMN mood TYPE text;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: ALTER COLUMN … TYPE blocks reads and writes while it rewrites the table and its indexes
        note[prepared-statements]: prepared statements of applications that use public.mood may fail
         --> migrations/3_text.sql:2:1
          |
        2 | DROP TYPE mood;
          | ^^^^^^^^^^^^^^
          |
          = note: a statement prepared with the type fails on each connection until it is prepared again: with XX000 (cache lookup failed) if the type is a parameter, with 0A000 if it is in the result
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
    "#]]);
}

/// As sqlx locks.
async fn migrating(database: Database) {
    use sqlx::migrate::Migrate;

    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    folder.write(ADD.0, ADD.1);
    other.lock().await.expect("a lock");
    let text = folder.run(&database, &["preflight"]);
    other.unlock().await.expect("no lock");
    said(other, text).await.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[migration-running]: pid N (somebody) holds the migration lock of sqlx
         |
         = note: other, idle: SELECT pg_advisory_lock($1)
         = help: wait for that migration; if the session is idle, its client is gone, and pg_terminate_backend can end it
    "#]]);
}

async fn migrating_with_blocks(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    folder.write(ADD.0, ADD.1);
    let lock = "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('pg_enum public.mood', 0))";
    run(&mut other, lock).await;
    let text = folder.run(&database, &["preflight"]);
    said(other, text).await.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[migration-running]: pid N (somebody) holds the lock that migrations take to change public.mood
         |
         = note: other, idle in transaction, its transaction is N s old: BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('pg_enum public.mood', 0))
         = help: wait until that transaction ends
    "#]]);
}

async fn waiting_for_another_lock(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    run(&mut other, "BEGIN; SELECT pg_advisory_xact_lock(-5)").await;
    let mut third = database.connect().await.expect("a connection");
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()")
        .fetch_one(&mut third)
        .await
        .expect("a number");
    let waiting = tokio::spawn(async move { run(&mut third, "SELECT pg_advisory_lock(-5)").await });
    let mut watch = database.connect().await.expect("a connection");
    loop {
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = $1 AND NOT granted)",
        )
        .bind(pid)
        .fetch_one(&mut watch)
        .await
        .expect("an answer");
        if waits {
            break;
        }
        tokio::task::yield_now().await;
    }
    let text = folder.run(&database, &["preflight"]);
    said(other, text).await.check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        warning[advisory-wait]: 1 session waits for the advisory lock N
         |
         = note: held by pid N (somebody)
         = note: it is not the migration lock of sqlx
    "#]]);
    waiting.await.expect("no panic");
}

async fn open_for_long(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    run(&mut other, "BEGIN; SELECT 'something\u{1b} odd', pg_sleep(0.05)").await;
    folder.write(ADD.0, ADD.1);
    assert!(!folder.run(&database, &["preflight"]).has("note", "long-transaction"));
    let text = folder.run(&database, &["preflight", "--long-transaction", "0"]);
    said(other, text).await.check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_add.sql
          public.mood: adds 'ok'  (migrations/2_add.sql:1)

        as far as the statements show, this locks and rewrites no table
        note[long-transaction]: pid N (somebody) has a long-running transaction
         |
         = note: the pending migrations lock no table, so this does not block them
         = note: other, idle in transaction, its transaction is N s old: BEGIN; SELECT 'something\u{1b} odd', pg_sleep(0.05)
        no problems found
    "#]]);
}

async fn hidden_sessions(database: Database) {
    let folder = Folder::new(&[MOOD]);
    let mut other = begin(&database, &folder).await;
    let stranger = super::privileges::Stranger::new(&database, &mut other).await;
    run(&mut other, "GRANT SELECT, INSERT ON _sqlx_migrations TO PUBLIC").await;
    let text = folder.run_at("sqlx", &stranger.url, &["preflight"]);
    stranger.said(text, &database).check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 1 migration applied, the last one 1
        nothing is pending
        note[activity-hidden]: the activity of 1 session of other users is hidden
         |
         = help: connect as another user, or run: GRANT pg_read_all_stats TO stranger;
        no problems found
    "#]]);
    stranger.drop(&mut other).await;
}
