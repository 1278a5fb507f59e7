//! What `stamp` records has happened: run for real, the script leaves the same.

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sqlx::PgConnection;

use super::{Tally, check};
use crate::harness::{run, tests, try_run};
use crate::preflight::harness::Folder;

tests![what_is_recorded_has_happened];

const BASE: &str = "
DROP SCHEMA IF EXISTS public, app, other CASCADE;
CREATE SCHEMA public;
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE app.size AS ENUM ('s', 'm');
CREATE TYPE pair AS (a int, b int);
CREATE TABLE old (a int);
INSERT INTO old VALUES (1);
CREATE TABLE log (what text);
CREATE SEQUENCE counter;
CREATE FUNCTION backfill() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (''x''); RETURN 1; END';
";

const HISTORY: &str = "
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL
  DEFAULT now(), success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL);
";

/// A change of an enum's.
fn change() -> impl Strategy<Value = String> {
    select(
        &[
            "ALTER TYPE mood ADD VALUE 'x'",
            "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'y' BEFORE 'sad'",
            "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ok'",
            "ALTER TYPE app.size ADD VALUE 'l' AFTER 'm'",
            "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'",
            "ALTER TYPE app.size RENAME TO sizes",
            "ALTER TYPE app.size SET SCHEMA other",
            "DROP TYPE app.size",
            "CREATE TYPE color AS ENUM ('red', 'it''s')",
            "CREATE TYPE app.color AS ENUM ()",
            "COMMENT ON TYPE mood IS 'it''s a mood'",
        ][..],
    )
    .prop_map(str::to_owned)
}

/// Something else, of which the enums tell nothing.
fn extra() -> impl Strategy<Value = String> {
    select(
        &[
            "DROP TABLE old",
            "SELECT backfill()",
            "SELECT a INTO newtab FROM old",
            "INSERT INTO log VALUES ('y')",
            "CREATE TABLE n ()",
            "ALTER TYPE pair RENAME TO pairs",
            "ALTER TYPE pair SET SCHEMA other",
            "DROP TYPE pair",
            "DROP TYPE IF EXISTS pair, nothing",
            "COMMENT ON TABLE old IS 'x'",
            "COMMENT ON TYPE pair IS 'x'",
            "SELECT nextval('counter')",
            "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "DELETE FROM old",
            "ALTER TABLE old ADD COLUMN m mood",
            "CREATE TYPE p AS (a int)",
        ][..],
    )
    .prop_map(str::to_owned)
}

/// What a migration says, and whether it does no more than change enums.
fn part() -> impl Strategy<Value = (String, bool)> {
    let bare =
        prop_oneof![5 => change().prop_map(|s| (s, true)), 1 => extra().prop_map(|s| (s, false))];
    let wrapped = prop_oneof![
        4 => bare.clone(),
        2 => bare.clone().prop_map(|(s, told)| (format!("DO $a$ BEGIN {s}; END $a$").replace("BEGIN SELECT", "BEGIN PERFORM"), told)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $b$ BEGIN {s}; EXCEPTION WHEN duplicate_object THEN NULL; END $b$"), told)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $c$ BEGIN EXECUTE '{}'; END $c$", s.replace('\'', "''")), told)),
        1 => (bare.clone(), extra()).prop_map(|((s, _), e)| (format!("DO $d$ BEGIN EXECUTE $e${s}; {e}$e$; END $d$"), false)),
        1 => (change(), extra()).prop_map(|(s, e)| (format!("DO $f$ DECLARE q text; BEGIN {s}; q := $g${e}$g$; EXECUTE q; END $f$"), false)),
        1 => (change(), extra()).prop_map(|(s, e)| (format!("DO $h$ DECLARE q text := ''; BEGIN q := $i${e}$i$; EXECUTE $j${s}; $j$ || q; END $h$"), false)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $k$ BEGIN IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'color') THEN {s}; END IF; END $k$"), told)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $l$ BEGIN IF EXISTS (SELECT FROM old) THEN {s}; END IF; END $l$"), told)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $m$ DECLARE r record; BEGIN FOR r IN SELECT unnest(ARRAY['u', 'v']) AS l LOOP EXECUTE format('ALTER TYPE mood ADD VALUE %L', r.l); END LOOP; {s}; END $m$"), told)),
        1 => bare.clone().prop_map(|(s, told)| (format!("DO $n$ BEGIN EXECUTE format('%s', $o${s}$o$); END $n$"), told)),
        1 => (bare.clone(), extra()).prop_map(|((s, told), e)| (format!("DO $p$ BEGIN {s}; RETURN; {e}; END $p$").replace("; SELECT", "; PERFORM"), told)),
        1 => bare.prop_map(|(s, told)| (format!("DO $r$ BEGIN DO $s$ BEGIN {s}; END $s$; END $r$"), told)),
        1 => Just(("SET lock_timeout = '1s'".to_owned(), true)),
    ];
    (wrapped, any::<bool>()).prop_map(|((sql, told), spiced)| {
        let spiced =
            spiced.then(|| format!("-- it's; DROP TABLE old\n{sql} /* ; DROP TABLE old */"));
        (spiced.unwrap_or(sql), told)
    })
}

const LIKE: &str = "
SELECT coalesce(pg_catalog.array_agg(line ORDER BY line), '{}') FROM (
  SELECT 'type ' || n.nspname || '.' || t.typname || t.typtype::text || coalesce(pg_catalog.obj_description(t.oid, 'pg_type'), '')
    || ARRAY(SELECT enumlabel::text FROM pg_catalog.pg_enum WHERE enumtypid = t.oid ORDER BY enumsortorder)::text
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE n.nspname IN ('public', 'app', 'other') AND t.typname::text !~ 'sqlx'
  UNION ALL SELECT 'column ' || c.relname || '.' || a.attname || pg_catalog.format_type(a.atttypid, a.atttypmod)
      || coalesce(pg_catalog.obj_description(c.oid, 'pg_class'), '')
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE n.nspname IN ('public', 'app', 'other') AND c.relname::text !~ 'sqlx'
  UNION ALL SELECT 'class ' || n.nspname || c.relname FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'app', 'other') AND c.relname::text !~ 'sqlx'
  UNION ALL SELECT 'function ' || p.oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
  UNION ALL SELECT 'counter ' || last_value || is_called FROM public.counter
  UNION ALL SELECT 'log ' || what FROM public.log
) AS lines (line)";

async fn like(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(LIKE).persistent(false).fetch_one(&mut *connection).await
}

/// The rows of a table that may be gone.
async fn rows(connection: &mut PgConnection) -> Option<i64> {
    sqlx::query_scalar("SELECT count(*) FROM public.old")
        .persistent(false)
        .fetch_one(connection)
        .await
        .ok()
}

/// Scripts, with those of their parts that are carried out by hand before a line of dashes.
fn stamped() -> impl Strategy<Value = String> {
    (vec(part(), 1..4), 0..4_usize).prop_map(|(parts, skipped)| {
        let by_hand =
            parts.iter().enumerate().filter(|(index, (_, told))| *told && *index + 1 != skipped);
        let by_hand: Vec<&str> = by_hand.map(|(_, (sql, _))| sql.as_str()).collect();
        let script: Vec<&str> = parts.iter().map(|(sql, _)| sql.as_str()).collect();
        format!("{};\n{CUT}{};\n", by_hand.join(";\n"), script.join(";\n"))
    })
}

const CUT: &str = "-- --------\n";

async fn what_is_recorded_has_happened(database: Database) {
    let tally: &'static Tally = Box::leak(Box::default());
    let folder = Folder::new(&[]);
    let first = format!("{BASE}{HISTORY}");
    folder.write("1_base.sql", "SELECT 1;");
    folder.write(
        "1_base.sql",
        "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE SCHEMA app; CREATE TYPE app.size AS ENUM ('s', 'm');
         CREATE SCHEMA other; CREATE TABLE old (a int);",
    );
    let connection = std::sync::Mutex::new(None);
    check(stamped, move |runtime, script| {
        let mut connection = connection.lock().expect("no panic");
        if connection.is_none() {
            let mut new = runtime.block_on(database.connect()).expect("a connection");
            runtime.block_on(run(&mut new, "SET client_min_messages = error"));
            *connection = Some(new);
        }
        let Some(connection) = connection.as_mut() else { return Ok(()) };
        let (by_hand, script) = script.split_once(CUT).expect("two parts");
        // What it is to come to.
        let really = runtime.block_on(async {
            run(connection, &first).await;
            let done = try_run(connection, &format!("BEGIN; {script}; COMMIT")).await;
            run(connection, "ROLLBACK").await;
            (done.is_ok(), like(connection).await.ok(), rows(connection).await)
        });
        runtime.block_on(run(connection, &first));
        runtime.block_on(run(
            connection,
            "INSERT INTO _sqlx_migrations VALUES (1, 'base', now(), true, '\\x00', 1)",
        ));
        if runtime.block_on(try_run(connection, by_hand)).is_err() {
            runtime.block_on(run(connection, "ROLLBACK"));
        }
        let by_hand =
            runtime.block_on(async { (true, like(connection).await.ok(), rows(connection).await) });
        folder.write("2_random.sql", script);
        let said = folder.run(&database, &["stamp", "2"]);
        tally.count(&said);
        match said.status {
            Status::Clean if really != by_hand => {
                Err(format!("recorded, and not what it comes to:\n{really:#?}\n{by_hand:#?}"))
            }
            Status::Failed => Err(said.err),
            _ => Ok(()),
        }
    })
    .await;
    let [clean, refused, failed, other] = tally.figures();
    eprintln!(
        "stamp: {clean} recorded, {refused} not told, {failed} not there, {other} could not run"
    );
    assert!(clean * 10 > clean + refused + failed, "of {refused} refused, {clean} were recorded");
}
