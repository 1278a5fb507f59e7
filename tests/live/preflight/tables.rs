//! Tables that are rewritten, and what running applications notice.

use expect_test::expect;
use pg_enum_test_server::Database;

use super::harness::Folder;
use crate::harness::{run, tests};

tests![rewritten, in_use, locked_by_somebody, labels_renamed];

const MOOD: (&str, &str) = ("1_mood.sql", "CREATE TYPE mood AS ENUM ('sad', 'happy');");

async fn rewritten(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[
        MOOD,
        ("2_t.sql", "CREATE TABLE \"T\" (id int, mood mood); CREATE TABLE u (moods text);"),
    ]);
    folder.migrate(&mut connection).await.expect("to go up");
    // Before 14, no row and no count look the same.
    run(&mut connection, "ANALYZE").await;
    folder.write(
        "3_swap.sql",
        "ALTER TYPE mood RENAME TO mood_old;\nCREATE TYPE mood AS ENUM ('happy');\n\
         ALTER TABLE public.\"T\" ALTER mood SET DATA TYPE mood USING mood::text::mood;\n\
         ALTER TABLE IF EXISTS ONLY u ALTER COLUMN moods TYPE mood[] USING ARRAY[moods]::mood[];\n\
         ALTER TABLE u ALTER COLUMN moods SET NOT NULL;\nDROP TYPE mood_old;",
    );
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 2 of 3 migrations applied, the last one 2

        pending 3_swap.sql
          public.mood: renamed to public.mood_old  (migrations/3_swap.sql:1)
          public.mood: created with 'happy'  (migrations/3_swap.sql:2)
          public.mood_old: dropped  (migrations/3_swap.sql:6)
        note[rewrite]: 3 rewrites public."T": 0 bytes, about 0 rows
         --> migrations/3_swap.sql:3:1
          |
        3 | ALTER TABLE public."T" ALTER mood SET DATA TYPE mood USING mood::text::mood;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: ALTER COLUMN … TYPE blocks reads and writes while it rewrites the table and its indexes
        note[rewrite]: 3 rewrites public.u: 8192 bytes, about 0 rows
         --> migrations/3_swap.sql:4:1
          |
        4 | ALTER TABLE IF EXISTS ONLY u ALTER COLUMN moods TYPE mood[] USING ARRAY[moods]::mood[];
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: ALTER COLUMN … TYPE blocks reads and writes while it rewrites the table and its indexes
        note[prepared-statements]: prepared statements of applications that use public.mood_old may fail
         --> migrations/3_swap.sql:6:1
          |
        6 | DROP TYPE mood_old;
          | ^^^^^^^^^^^^^^^^^^
          |
          = note: a statement prepared with the type fails on each connection until it is prepared again: with XX000 (cache lookup failed) if the type is a parameter, with 0A000 if it is in the result
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
        no problems found
    "#]]);
}

async fn in_use(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "CREATE TABLE by_hand (a mood[], b mood)").await;
    folder.write("2_drop.sql", "DROP TYPE mood;");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Findings
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_drop.sql
          public.mood: dropped  (migrations/2_drop.sql:1)

        as far as the statements show, this locks and rewrites no table
        warning[in-use]: public.mood is dropped, but columns use it: public.by_hand.a, public.by_hand.b
         --> migrations/2_drop.sql:1:1
          |
        1 | DROP TYPE mood;
          | ^^^^^^^^^^^^^^
          |
          = note: DROP TYPE fails with SQLSTATE 2BP01 while columns use the type; with CASCADE it drops the columns
        note[prepared-statements]: prepared statements of applications that use public.mood may fail
         --> migrations/2_drop.sql:1:1
          |
        1 | DROP TYPE mood;
          | ^^^^^^^^^^^^^^
          |
          = note: a statement prepared with the type fails on each connection until it is prepared again: with XX000 (cache lookup failed) if the type is a parameter, with 0A000 if it is in the result
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
    "#]]);
}

/// A size is not waited for.
async fn locked_by_somebody(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD, ("2_t.sql", "CREATE TABLE t (mood mood);")]);
    folder.migrate(&mut connection).await.expect("to go up");
    run(&mut connection, "BEGIN; LOCK TABLE t").await;
    folder.write("3_text.sql", "ALTER TABLE t ALTER COLUMN mood TYPE text;");
    let said = folder.run(&database, &["preflight"]);
    assert!(said.has("warning", "lock"), "{}", said.err);
    assert!(said.err.contains("size unknown (the table is locked)"), "{}", said.err);
}

async fn labels_renamed(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write("2_rename.sql", "ALTER TYPE mood RENAME VALUE 'sad' TO 'low';");
    folder.run(&database, &["preflight"]).check(&expect![[r#"
        Clean
        migrations (sqlx): 1 of 2 migrations applied, the last one 1

        pending 2_rename.sql
          public.mood: renames 'sad' to 'low'  (migrations/2_rename.sql:1)

        as far as the statements show, this locks and rewrites no table
        note[prepared-statements]: prepared statements of applications that use public.mood may fail
         --> migrations/2_rename.sql:1:39
          |
        1 | ALTER TYPE mood RENAME VALUE 'sad' TO 'low';
          |                                       ^^^^^
          |
          = note: a cached plan that contains the old label works until it is invalidated, and then fails with 22P02; the old label as a parameter fails immediately
          = help: restart the applications, or let them reconnect; behind a pooler, reconnect the pooler's server connections (PgBouncer: RECONNECT)
        no problems found
    "#]]);
}
