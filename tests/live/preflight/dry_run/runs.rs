//! What runs, as its tool would run it, and what is said.

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;

use super::{ADD, MOOD, begin, dry_run, dry_run_at};
use crate::harness::{labels, run, tests, types};
use crate::preflight::harness::Folder;

tests![
    pending,
    a_statement_fails,
    one_string,
    differs,
    assumed,
    a_label_is_used,
    drizzle_is_one_transaction,
    placeholders,
    psql_alone,
    recorded,
    from_nothing,
    at_a_version,
    plain_files_are_sessions,
    locked,
    of_a_stranger,
    read_only,
    no_server,
];

async fn pending(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    // Each of these on its own, as sqlx sends them.
    folder.write("3_t.sql", "CREATE TABLE t (m mood DEFAULT 'ok'); INSERT INTO t DEFAULT VALUES;");
    folder.write("4_i.sql", "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON t (m);");
    folder.write("5_v.sql", "-- no-transaction\nVACUUM t;");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Clean
        4 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "happy"]);
    assert_eq!(types(&mut connection, "public", "t").await, 0);
    folder.migrate(&mut connection).await.expect("to go up");
}

async fn a_statement_fails(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    folder.write("3_more.sql", "SELECT 1;\n\nALTER TABLE nowhere\n  ADD COLUMN a int;\nSELECT 2;");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration 3 fails: relation "nowhere" does not exist
         --> migrations/3_more.sql:3:1
          |
        3 | ALTER TABLE nowhere
          | ^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42P01
    "#]]);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "happy"]);
}

/// Of which the server says where it fails.
async fn one_string(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write("2_x.sql", "-- no-transaction\nSELECT 1;\nSELECT nothing;");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration 2 fails: column "nothing" does not exist
         --> migrations/2_x.sql:3:8
          |
        3 | SELECT nothing;
          |        ^^^^^^^
          |
          = note: SQLSTATE 42703
    "#]]);
}

async fn differs(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(&mut connection, "ALTER TYPE mood ADD VALUE 'by hand'").await;
    folder.write(ADD.0, ADD.1);
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[differs]: public.mood differs from the migrations at the end: it also has 'by hand'
         --> migrations/1_mood.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'happy');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: expected by the migrations: 'sad', 'ok', 'happy'
          = note: in the database: 'sad', 'ok', 'happy', 'by hand'
          = help: run `cargo pg-enum preflight` to compare the state before the migrations
    "#]]);
}

/// The enums are compared with what is assumed, and not with what the text leaves open.
async fn assumed(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(
        "2_any.sql",
        "DO $$ BEGIN IF random() < 2 THEN ALTER TYPE mood ADD VALUE 'ok'; END IF; END $$;",
    );
    for (label, status) in [("ok", Status::Clean), ("fine", Status::Findings)] {
        folder.configure(&format!(
            "tool = \"sqlx\"\nassume = {{ \"2_any.sql:1\" = \"ALTER TYPE mood ADD VALUE '{label}'\" }}\n"
        ));
        let said = dry_run_at("", &folder, database.url(), &[]);
        assert_eq!(said.status, status, "{}", said.err);
        let differs = "public.mood differs from the migrations at the end";
        assert_eq!(said.err.contains(differs), label == "fine", "{}", said.err);
    }
}

/// In the transaction that adds it.
async fn a_label_is_used(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write("2_both.sql", "ALTER TYPE mood ADD VALUE 'ok';\nSELECT 'ok'::mood;");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration 2 fails: unsafe use of new value "ok" of enum type mood
         --> migrations/2_both.sql:2:8
          |
        2 | SELECT 'ok'::mood;
          |        ^
          |
          = note: SQLSTATE 55P04
          = note: hint: New enum values must be committed before they can be used.
          = help: use the label in a later migration (with --on-target this also fails, because all migrations run in one transaction)
    "#]]);
}

/// For which a later migration is no remedy.
async fn drizzle_is_one_transaction(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let journal = r#"{"entries": [{"idx": 0, "when": 1, "tag": "0000_a", "breakpoints": true},
        {"idx": 1, "when": 2, "tag": "0001_b", "breakpoints": true},
        {"idx": 2, "when": 3, "tag": "0002_c", "breakpoints": true}]}"#;
    let folder = Folder::new(&[
        ("0000_a.sql", "CREATE TYPE mood AS ENUM ('sad');"),
        ("0001_b.sql", "COMMIT;\nBEGIN;\nALTER TYPE mood ADD VALUE 'ok';"),
        ("0002_c.sql", "CREATE TABLE t (m mood DEFAULT 'ok');"),
        ("meta/_journal.json", journal),
    ]);
    let said = dry_run_at("drizzle", &folder, database.url(), &[]);
    assert!(said.err.contains("deploy the migration that adds the label before"), "{}", said.err);
}

/// Flyway replaces them before it looks at the text, wherever they are.
async fn placeholders(database: Database) {
    let Some((_, _)) = begin(&database, &[]).await else { return };
    let folder = Folder::new(&[(
        "V1__a.sql",
        "CREATE TYPE mood AS ENUM ();\n-- ${later}\nCREATE TYPE ${schema}.size AS ENUM ('${a b}');",
    )]);
    dry_run_at("flyway", &folder, database.url(), &[]).check(&expect![[r#"
        Findings
        error[not-rehearsed]: this cannot run in a dry run: it is a placeholder, and only the configuration of flyway has its value
         --> migrations/V1__a.sql:2:4
          |
        2 | -- ${later}
          |    ^^^^^^^^
          |
          = help: use the output of `flyway migrate -dryRunOutput`, or write the value
        error[not-rehearsed]: this cannot run in a dry run: it is a placeholder, and only the configuration of flyway has its value
         --> migrations/V1__a.sql:3:13
          |
        3 | CREATE TYPE ${schema}.size AS ENUM ('${a b}');
          |             ^^^^^^^^^
          |
          = help: use the output of `flyway migrate -dryRunOutput`, or write the value
        error[not-rehearsed]: this cannot run in a dry run: it is a placeholder, and only the configuration of flyway has its value
         --> migrations/V1__a.sql:3:38
          |
        3 | CREATE TYPE ${schema}.size AS ENUM ('${a b}');
          |                                      ^^^^^^
          |
          = help: use the output of `flyway migrate -dryRunOutput`, or write the value
        nothing was run
    "#]]);
}

/// Nothing runs if one of them is for psql.
async fn psql_alone(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write("2_copy.sql", "COPY t FROM stdin;\n\\.\n\\set x 1\n");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        error[not-rehearsed]: this cannot run in a dry run: its data follows it, which only psql can send
         --> migrations/2_copy.sql:1:1
          |
        1 | COPY t FROM stdin;
          | ^^^^^^^^^^^^^^^^^
        error[not-rehearsed]: this cannot run in a dry run: it is a psql command
         --> migrations/2_copy.sql:3:1
          |
        3 | \set x 1
          | ^^^^^^^^
        nothing was run
    "#]]);
}

/// The tool's rows are there, and it writes those of what runs.
async fn recorded(database: Database) {
    let Some((_, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    let count = "DO $$ BEGIN IF (SELECT max(version) FROM _sqlx_migrations) <> 2 THEN RAISE 'wrong'; END IF; END $$";
    folder.write("3_count.sql", count);
    // Whom a migration leaves in another role cannot write any more.
    folder.write("4_role.sql", "SET ROLE pg_monitor;");
    dry_run(&folder, &database, &[]).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: cannot record migration 4: cannot write to public._sqlx_migrations: permission denied for table _sqlx_migrations [42501]
         --> migrations/4_role.sql:1:21
          |
        1 | SET ROLE pg_monitor;
          |                     ^
          |
          = help: after the migration, sqlx writes to public._sqlx_migrations with the same role and the same settings
    "#]]);
}

async fn from_nothing(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(&mut connection, "CREATE SCHEMA app; CREATE TABLE app.t ()").await;
    folder.write(ADD.0, ADD.1);
    folder.write("3_app.sql", "CREATE SCHEMA app; CREATE TABLE app.t (m mood);");
    dry_run(&folder, &database, &["--from-nothing"]).check(&expect![[r#"
        Clean
        3 migrations ran, the enums match the migrations, and the temporary server is removed
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
    "#]]);
}

async fn at_a_version(database: Database) {
    let Some((mut connection, _)) = begin(&database, &[]).await else { return };
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[MOOD, ("2_more.sql", "SELECT nothing;")]);
    let said = dry_run(&folder, &database, &["--at", "1", "--format", "json"]);
    let message = r#""message": "migration 2 fails: column \"nothing\" does not exist""#;
    assert!(said.out.contains(message), "{}", said.out);
    assert!(matches!(said.status, Status::Findings), "{}", said.err);
}

/// As `psql -f` runs them.
async fn plain_files_are_sessions(database: Database) {
    let Some((mut connection, _)) = begin(&database, &[]).await else { return };
    run(&mut connection, MOOD.1).await;
    let folder = Folder::new(&[
        MOOD,
        (
            "2_open.sql",
            "SET search_path = nowhere;\nCREATE TEMP TABLE gone ();\nBEGIN;\nDROP TYPE public.mood;",
        ),
        ("3_next.sql", "CREATE TABLE t (m mood);\nCREATE TEMP TABLE gone ();"),
    ]);
    let said = dry_run_at("plain", &folder, database.url(), &["--at", "1"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

/// `pg_dump` waits as long as a statement may.
async fn locked(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(&mut connection, "CREATE TABLE t ()").await;
    run(&mut connection, "BEGIN; LOCK TABLE t").await;
    folder.write(ADD.0, ADD.1);
    let said = dry_run(&folder, &database, &["--lock-timeout", "1"]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
    assert!(said.err.contains("help: another session has a lock on a table"), "{}", said.err);
}

/// Who may not read what there is cannot copy it.
async fn of_a_stranger(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let stranger = crate::preflight::privileges::Stranger::new(&database, &mut connection).await;
    folder.write(ADD.0, ADD.1);
    let said = dry_run_at("sqlx", &folder, &stranger.url, &["--at", "1"]);
    stranger.said(said, &database).check(&expect![[r#"
        Failed
        error: `pg_dump` cannot read the target's schema
          pg_dump: error: query failed: ERROR:  permission denied for table _sqlx_migrations
          pg_dump: detail: Query was: LOCK TABLE public._sqlx_migrations IN ACCESS SHARE MODE
        help: connect as a user that may read the whole schema: the owner, or a member of pg_read_all_data
    "#]]);
    run(&mut connection, "GRANT SELECT ON _sqlx_migrations TO PUBLIC").await;
    let said = dry_run_at("sqlx", &folder, &stranger.url, &[]);
    stranger.said(said, &database).check(&expect![[r#"
        Findings
        note: the migrations run on a temporary server, PostgreSQL N; the target is only read
        error[failed]: migration 2 fails: must be owner of type mood
         --> migrations/2_add.sql:1:1
          |
        1 | ALTER TYPE mood ADD VALUE 'ok' AFTER 'sad';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42501
    "#]]);
    stranger.drop(&mut connection).await;
}

/// As its tool finds it there.
async fn read_only(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    folder.write(ADD.0, ADD.1);
    let name = database.name();
    run(&mut connection, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on"))
        .await;
    let said = dry_run(&folder, &database, &[]);
    assert!(
        said.err.contains("cannot execute ALTER TYPE in a read-only transaction"),
        "{}",
        said.err
    );
}

async fn no_server(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    let folder = Folder::new(&[MOOD]);
    folder.migrate(&mut connection).await.expect("to go up");
    folder.write(ADD.0, ADD.1);
    let empty = tempfile::tempdir().expect("a directory");
    let empty = empty.path().to_str().expect("a path");
    let major = connection.server_version_num().expect("a version") / 10_000;
    let said = folder.run(&database, &["dry-run", "--postgres-bin", empty]);
    let said = said.without(empty, "<dir>").without(&format!("PostgreSQL {major}"), "PostgreSQL N");
    said.without(&format!("version {major} or newer"), "version N or newer").check(&expect![[r#"
        Failed
        error: the target is PostgreSQL N, and <dir> has no server with `pg_dump` of version N or newer: nothing was run
        help: give a directory with `initdb`, `pg_ctl`, `postgres` and `pg_dump`
    "#]]);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad", "happy"]);
}
