//! Random scripts for `dry-run --on-target` and `stamp`: of statements that are taken back and of ones that are not,
//! hidden in quotes, comments, blocks, functions, triggers, defaults and checks.
//!
//! After a dry run, everything that the grammar can reach is as it was. What `stamp` records has happened: run for
//! real on a database like the one before, the script leaves the same.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use sqlx::PgConnection;
use tokio::runtime::{Builder, Runtime};

use super::harness::Folder;
use crate::harness::{Said, run, tests, try_run};

tests![a_dry_run_leaves_nothing, what_is_recorded_has_happened];

/// Scripts of each sort, unless `PROPTEST_CASES` says how many.
const CASES: u32 = 150;

fn config() -> Config {
    let default = Config::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { CASES };
    Config { cases, failure_persistence: None, max_shrink_iters: 300, ..default }
}

/// Proptest is not asynchronous, so it works on a thread of its own.
async fn check<S: Strategy<Value = String>>(
    strategy: impl FnOnce() -> S + Send + 'static,
    check: impl Fn(&Runtime, &str) -> Result<(), String> + Send + 'static,
) {
    let found = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let done = TestRunner::new(config())
            .run(&strategy(), |script| check(&runtime, &script).map_err(TestCaseError::fail));
        done.map_err(|error| match error {
            TestError::Fail(reason, script) => format!("{reason}\n{script}"),
            TestError::Abort(reason) => reason.to_string(),
        })
    });
    if let Err(failure) = found.await.expect("no panic") {
        panic!("{failure}");
    }
}

// --- what there is ---

pub(super) const FIXTURE: &str = r#"
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok');
CREATE TABLE plain (a int, m app.mood, t text);
INSERT INTO plain VALUES (1, 'sad', 'x'), (2, 'ok', 'y');
CREATE TABLE canary (id serial PRIMARY KEY, what text);
INSERT INTO canary (what) VALUES ('one');
CREATE TABLE numbered (id int GENERATED ALWAYS AS IDENTITY, a int);
CREATE TABLE touched (a int, at timestamptz DEFAULT now());
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON touched FOR EACH ROW EXECUTE FUNCTION touch();
CREATE FUNCTION fine(int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1';
CREATE FUNCTION burn() RETURNS int LANGUAGE sql AS $$ SELECT nextval('canary_id_seq')::int $$;
CREATE FUNCTION burn(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT burn()'; RETURN $1; END $$;
CREATE FUNCTION burn(plain) RETURNS int LANGUAGE sql AS 'SELECT burn()';
CREATE FUNCTION deep(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN fine(burn($1)); END';
CREATE FUNCTION burns() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM burn(); RETURN NEW; END';
CREATE TABLE watched (a int);
CREATE TRIGGER watch AFTER INSERT OR DELETE ON watched FOR EACH ROW EXECUTE FUNCTION burns();
CREATE TABLE checked (a int CHECK (fine(a) > 0));
CREATE TABLE burnt (a int CHECK (burn(a) > 0));
CREATE DOMAIN burning AS int CHECK (burn(VALUE) > 0);
CREATE TABLE of_domain (a burning);
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent VALUES (1);
CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE);
INSERT INTO child VALUES (1);
CREATE TRIGGER watch AFTER DELETE ON child FOR EACH ROW EXECUTE FUNCTION burns();
CREATE TABLE ruled (a int);
CREATE RULE also AS ON INSERT TO ruled DO ALSO SELECT burn();
CREATE VIEW seen AS SELECT burn() AS b;
CREATE FUNCTION burnt_text(app.mood) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM burn(); RETURN $1; END';
CREATE TYPE app.cast AS ENUM ('x');
CREATE FUNCTION pretty(app.cast) RETURNS text LANGUAGE plpgsql AS 'BEGIN PERFORM burn(); RETURN $1::text; END';
CREATE CAST (app.cast AS text) WITH FUNCTION pretty(app.cast);
CREATE FUNCTION burn_both(int, int) RETURNS boolean LANGUAGE sql AS 'SELECT burn() > 0';
CREATE OPERATOR ### (LEFTARG = int, RIGHTARG = int, FUNCTION = burn_both);
CREATE TABLE split (a int) PARTITION BY RANGE (a);
CREATE TABLE split_one PARTITION OF split FOR VALUES FROM (1) TO (10);
CREATE TRIGGER watch AFTER INSERT ON split_one FOR EACH ROW EXECUTE FUNCTION burns();
CREATE TABLE alembic_version (version_num text);
"#;

/// All that the grammar can reach, as one text. Left out is what the server changes by itself: numbers of rows, pages
/// and transactions, and that a table has ever had an index.
const SNAPSHOT: &str = "
SELECT pg_catalog.md5(pg_catalog.string_agg(line, E'\\n' ORDER BY line)), pg_catalog.array_agg(line) FROM (
  SELECT 'class ' || (pg_catalog.to_jsonb(c) - '{relpages,reltuples,relallvisible,relallfrozen,relhasindex,relfrozenxid,relminmxid}'::text[])::text
    FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384
  UNION ALL SELECT 'attribute ' || pg_catalog.to_jsonb(a)::text FROM pg_catalog.pg_attribute AS a WHERE attrelid >= 16384
  UNION ALL SELECT 'type ' || pg_catalog.to_jsonb(t)::text FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384
  UNION ALL SELECT 'enum ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_enum AS e
  UNION ALL SELECT 'proc ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
  UNION ALL SELECT 'constraint ' || pg_catalog.to_jsonb(k)::text FROM pg_catalog.pg_constraint AS k WHERE k.oid >= 16384
  UNION ALL SELECT 'trigger ' || pg_catalog.to_jsonb(g)::text FROM pg_catalog.pg_trigger AS g
  UNION ALL SELECT 'index ' || pg_catalog.to_jsonb(i)::text FROM pg_catalog.pg_index AS i WHERE i.indexrelid >= 16384
  UNION ALL SELECT 'rewrite ' || pg_catalog.to_jsonb(w)::text FROM pg_catalog.pg_rewrite AS w WHERE w.oid >= 16384
  UNION ALL SELECT 'default ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_attrdef AS d
  UNION ALL SELECT 'namespace ' || pg_catalog.to_jsonb(n)::text FROM pg_catalog.pg_namespace AS n
    WHERE nspname !~ '^pg_(toast_)?temp'
  UNION ALL SELECT 'description ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_description AS d WHERE objoid >= 16384
  UNION ALL SELECT 'acl ' || pg_catalog.to_jsonb(d)::text FROM pg_catalog.pg_default_acl AS d
  UNION ALL SELECT 'sequence ' || pg_catalog.to_jsonb(s)::text FROM pg_catalog.pg_sequence AS s
  UNION ALL SELECT 'numbers ' || last_value || is_called FROM public.canary_id_seq
  UNION ALL SELECT 'numbers ' || last_value || is_called FROM public.numbered_id_seq
  UNION ALL SELECT 'cast ' || pg_catalog.to_jsonb(k)::text FROM pg_catalog.pg_cast AS k WHERE k.oid >= 16384
  UNION ALL SELECT 'operator ' || pg_catalog.to_jsonb(o)::text FROM pg_catalog.pg_operator AS o WHERE o.oid >= 16384
  UNION ALL SELECT 'event ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_event_trigger AS e
  UNION ALL SELECT 'extension ' || pg_catalog.to_jsonb(e)::text FROM pg_catalog.pg_extension AS e
  UNION ALL SELECT 'publication ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_publication AS p
  UNION ALL SELECT 'policy ' || pg_catalog.to_jsonb(p)::text FROM pg_catalog.pg_policy AS p
  UNION ALL SELECT 'object ' || pg_catalog.to_jsonb(l)::text FROM pg_catalog.pg_largeobject_metadata AS l
  UNION ALL SELECT 'setting ' || pg_catalog.to_jsonb(s)::text FROM pg_catalog.pg_db_role_setting AS s
    WHERE setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  UNION ALL SELECT 'database ' || datname || acl FROM (
    SELECT datname, coalesce(datacl::text, '') AS acl FROM pg_catalog.pg_database
    WHERE datname = pg_catalog.current_database() OR datname LIKE 'pg\\_enum\\_random%') AS pg_catalog
  UNION ALL SELECT 'role ' || rolname || rolsuper::text FROM pg_catalog.pg_roles WHERE rolname LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'slot ' || slot_name FROM pg_catalog.pg_replication_slots WHERE slot_name LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'lock ' || objid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND database =
    (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
  UNION ALL SELECT 'prepared ' || gid FROM pg_catalog.pg_prepared_xacts WHERE gid LIKE 'pg\\_enum\\_random%'
  UNION ALL SELECT 'file ' || setting FROM pg_catalog.pg_file_settings WHERE name LIKE 'pg\\_enum.random'
  UNION ALL SELECT 'plain ' || x::text FROM public.plain AS x
  UNION ALL SELECT 'canary ' || x::text FROM public.canary AS x
  UNION ALL SELECT 'numbered ' || x::text FROM public.numbered AS x
  UNION ALL SELECT 'touched ' || x::text FROM public.touched AS x
  UNION ALL SELECT 'watched ' || x::text FROM public.watched AS x
  UNION ALL SELECT 'checked ' || x::text FROM public.checked AS x
  UNION ALL SELECT 'parent ' || x::text FROM public.parent AS x
  UNION ALL SELECT 'child ' || x::text FROM public.child AS x
  UNION ALL SELECT 'split ' || x::text FROM public.split AS x
) AS lines (line)";

async fn snapshot(connection: &mut PgConnection) -> (String, Vec<String>) {
    sqlx::query_as(SNAPSHOT).persistent(true).fetch_one(connection).await.expect("a snapshot")
}

/// Files that a script may have made: the server's, which may be another user's.
fn file() -> PathBuf {
    std::env::temp_dir().join("pg_enum_random_file")
}

// --- what is written ---

/// An expression of a number.
fn number() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        12 => select(&["1", "a", "2 + 3", "length('it''s')", "pg_catalog.length($x$a;b$x$)", "fine(2)",
            "public.fine(a)", "(SELECT count(*) FROM plain)::int", "1::bigint", "extract(year FROM now())::int",
            "ascii(E'\\'')", "floor(random())::int"][..]).prop_map(str::to_owned),
        2 => select(&["burn()", "burn(1)", "deep(1)", "public.burn()", "\"burn\"()", "burn /* ( */ ()",
            "BURN()", "(SELECT p.burn FROM plain AS p LIMIT 1)", "nextval('canary_id_seq')::int",
            "pg_catalog.\"nextval\"('canary_id_seq')::int", "setval('canary_id_seq', 77)::int",
            "1::burning", "CAST(1 AS burning)", "(1 ### 2)::int", "(1 OPERATOR(public.###) 2)::int",
            "(SELECT b FROM seen)", "length('x'::app.cast::text)", "U&\"burn\"()", "U&\"b\\0075rn\"()",
            "lo_create(0)::int", "length(lo_import('/etc/hostname')::text)", "pg_backend_pid()",
            "(pg_try_advisory_lock(77))::int", "length(pg_create_physical_replication_slot('pg_enum_random')::text)",
            "length(query_to_xml('SELECT burn()', true, true, '')::text)", "currval('canary_id_seq')::int",
            "length(set_config('work_mem', '1MB', false))", "length(pg_notify('a', 'b')::text)"][..])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) + ({b})")),
            inner.clone().prop_map(|a| format!("coalesce({a}, 1)")),
            inner.clone().prop_map(|a| format!("CASE WHEN ({a}) > 0 THEN 1 ELSE 2 END")),
            inner.clone().prop_map(|a| format!("(SELECT max(x) FROM unnest(ARRAY[{a}]) AS u (x))")),
            inner.clone().prop_map(|a| format!("fine({a})")),
            inner.prop_map(|a| format!("(WITH w AS (SELECT {a} AS z) SELECT z FROM w)")),
        ]
    })
}

/// A statement that changes something, or says so.
fn simple() -> impl Strategy<Value = String> {
    let new = || select(&["n", "\"N\"", "app.n", "plain_x"][..]);
    prop_oneof![
        6 => number().prop_map(|e| format!("UPDATE plain SET a = {e}")),
        4 => number().prop_map(|e| format!("INSERT INTO plain (a) SELECT {e} FROM canary")),
        3 => number().prop_map(|e| format!("DELETE FROM plain WHERE a = {e}")),
        3 => number().prop_map(|e| format!("SELECT {e}")),
        2 => number().prop_map(|e| format!("SELECT a FROM plain ORDER BY {e}, 1")),
        2 => number().prop_map(|e| format!("WITH w AS (DELETE FROM plain WHERE a = {e} RETURNING a) SELECT * FROM w")),
        2 => (new(), number()).prop_map(|(n, e)| format!("CREATE TABLE {n} AS SELECT {e} AS v")),
        2 => new().prop_map(|n| format!("CREATE TABLE {n} (id serial PRIMARY KEY, m app.mood DEFAULT 'sad')")),
        2 => (new(), number()).prop_map(|(n, e)| format!("CREATE TABLE {n} (v int DEFAULT {e})")),
        2 => new().prop_map(|n| format!("INSERT INTO {n} DEFAULT VALUES")),
        2 => new().prop_map(|n| format!("CREATE TYPE {n} AS ENUM ('a', 'it''s; COMMIT')")),
        2 => (select(&["INSERT INTO canary (what) VALUES ('x')", "INSERT INTO numbered (a) VALUES (1)",
            "INSERT INTO touched (a) VALUES (1)", "UPDATE touched SET a = 1", "INSERT INTO watched VALUES (1)",
            "INSERT INTO checked VALUES (1)", "INSERT INTO burnt VALUES (1)", "INSERT INTO of_domain VALUES (1)",
            "DELETE FROM parent", "INSERT INTO ruled VALUES (1)", "INSERT INTO split VALUES (1)",
            "DELETE FROM watched", "TRUNCATE parent CASCADE", "TRUNCATE plain", "TRUNCATE canary RESTART IDENTITY",
            "UPDATE canary SET what = 'y'", "DELETE FROM canary", "UPDATE canary SET id = DEFAULT",
            "INSERT INTO plain (m) VALUES ('sad')", "SELECT m, t FROM plain"][..])).prop_map(str::to_owned),
        4 => select(&["ALTER TYPE app.mood ADD VALUE 'new'", "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'sad'",
            "ALTER TYPE app.mood RENAME VALUE 'ok' TO 'fine'", "ALTER TABLE plain ADD COLUMN z int",
            "ALTER TABLE plain ADD COLUMN z int DEFAULT burn()", "ALTER TABLE plain ALTER COLUMN a TYPE bigint",
            "ALTER TABLE canary ADD CHECK (id > 0)", "ALTER TABLE plain ADD CHECK (burn(a) > 0)",
            "CREATE INDEX ON plain (a)", "CREATE INDEX ON plain (lower(t)) WHERE a > 0",
            "CREATE UNIQUE INDEX CONCURRENTLY i ON plain (a)", "COMMENT ON TABLE plain IS 'it''s'",
            "GRANT SELECT ON plain TO PUBLIC", "REVOKE ALL ON plain FROM PUBLIC", "DROP TABLE plain",
            "DROP TABLE canary", "CREATE VIEW n AS SELECT burn()", "SELECT * FROM n", "DROP SCHEMA app CASCADE",
            "CREATE SEQUENCE s", "SELECT nextval('s')", "ALTER SEQUENCE canary_id_seq RESTART WITH 70",
            "ALTER SEQUENCE canary_id_seq INCREMENT BY 5", "DROP SEQUENCE s", "LOCK TABLE plain", "ANALYZE plain",
            "CREATE MATERIALIZED VIEW n AS SELECT burn()", "CREATE SCHEMA n", "ALTER TABLE plain RENAME TO flat",
            "CREATE TRIGGER w BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION burns()",
            "CREATE TRIGGER w BEFORE UPDATE ON touched FOR EACH ROW EXECUTE FUNCTION touch()",
            "ALTER TABLE watched DISABLE TRIGGER ALL", "CREATE OR REPLACE FUNCTION burn() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE OR REPLACE FUNCTION fine(int) RETURNS int LANGUAGE sql AS 'SELECT burn()'"][..]).prop_map(str::to_owned),
        1 => select(&["COMMIT", "BEGIN", "ROLLBACK", "SAVEPOINT a", "ROLLBACK TO a", "END", "ABORT",
            "PREPARE TRANSACTION 'pg_enum_random'", "COMMIT AND CHAIN", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
            "SET standard_conforming_strings = off", "SET standard_conforming_strings = on", "SET backslash_quote = on",
            "SET session_replication_role = replica", "SET search_path = app, public", "RESET search_path",
            "SET lock_timeout = 0", "SET client_encoding = 'UTF8'", "SET LOCAL work_mem = '1MB'",
            "ALTER SYSTEM SET pg_enum.random = 1", "ALTER ROLE postgres IN DATABASE postgres SET work_mem = '5MB'",
            "CREATE ROLE pg_enum_random", "CREATE DATABASE pg_enum_random", "VACUUM", "NOTIFY a", "LISTEN a",
            "COPY plain TO '/tmp/pg_enum_random_file'", "COPY (SELECT 1) TO PROGRAM 'touch /tmp/pg_enum_random_file'",
            "COPY canary (what) FROM PROGRAM 'echo x'", "CREATE EXTENSION btree_gin", "DISCARD ALL",
            "PREPARE p AS SELECT burn()", "EXECUTE p", "DECLARE c CURSOR WITH HOLD FOR SELECT burn()",
            "EXPLAIN ANALYZE SELECT burn()", "CREATE PUBLICATION p", "CREATE EVENT TRIGGER e ON ddl_command_end \
             EXECUTE FUNCTION burns()"][..]).prop_map(str::to_owned),
        1 => select(&[
            "SELECT E'a'\n'\\''; COMMIT; --'", "SELECT 'a\\'; COMMIT; --'", "SELECT E'a\\'; COMMIT; --'",
            "SELECT $a$ $b$ ; COMMIT; $b$ $a$", "SELECT $$a$$||$$;COMMIT;$$", "SELECT 1 /* /* */ ; COMMIT; */",
            "SELECT 1 -- \r; COMMIT", "SELECT \"a;COMMIT\" FROM (SELECT 1 AS \"a;COMMIT\") q",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'; COMMIT",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'",
            "CREATE FUNCTION n() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT burn(); END",
            "SELECT E'a' -- b\n '\\'', burn(), --'\n 1", "SELECT U&'a\\0027; COMMIT; --'", "SELECT 'a' 'b'; COMMIT",
            "SELECT 1 \u{b} ; COMMIT", "SELECT x'1f', b'01', N'a;COMMIT'", "SELECT 1;;; COMMIT",
            "SELECT (1; COMMIT; SELECT 2)", "SELECT a$$b FROM (SELECT 1 AS a$$b) q; COMMIT --$$"][..])
            .prop_map(str::to_owned),
    ]
}

/// A statement inside of something.
fn statement() -> impl Strategy<Value = String> {
    let quoted = |sql: &str| sql.replace('\'', "''");
    simple().prop_recursive(2, 6, 2, move |inner| {
        prop_oneof![
            3 => inner.clone().prop_map(|s| format!("DO $q$ BEGIN {s}; END $q$").replace("$q$ BEGIN SELECT", "$q$ BEGIN PERFORM")),
            2 => inner.clone().prop_map(move |s| format!("DO $d$ BEGIN EXECUTE '{}'; END $d$", quoted(&s))),
            2 => inner.clone().prop_map(|s| format!("DO $e$ DECLARE q text := $f${s}$f$; BEGIN EXECUTE q; END $e$")),
            1 => inner.clone().prop_map(|s| format!("DO $g$ DECLARE q text; BEGIN SELECT $h${s}$h$ INTO q; EXECUTE q; END $g$")),
            1 => inner.clone().prop_map(|s| format!("DO $i$ BEGIN EXECUTE format('%s', $j${s}$j$); END $i$")),
            1 => inner.clone().prop_map(move |s| format!("DO '{}'", quoted(&format!("BEGIN {s}; EXCEPTION WHEN OTHERS THEN NULL; END")))),
            2 => inner.clone().prop_map(|s| format!(
                "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $k$ BEGIN {s}; END $k$; SELECT f()")),
            1 => inner.clone().prop_map(|s| format!(
                "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $l$ {s}; SELECT 1 $l$; SELECT f()")),
            1 => inner.clone().prop_map(|s| format!(
                "CREATE PROCEDURE f() LANGUAGE plpgsql AS $m$ BEGIN {s}; END $m$; CALL f()")),
            1 => inner.clone().prop_map(|s| format!(
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $n$ BEGIN {s}; RETURN NEW; END $n$; \
                 CREATE TRIGGER f BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO plain (a) VALUES (1)")),
            2 => (inner.clone(), inner).prop_map(|(a, b)| format!("{a};\n{b}")),
        ]
    })
}

/// With comments and blanks between the words, and without what they say.
fn script() -> impl Strategy<Value = String> {
    let spice = select(
        &[
            " ",
            " ",
            " ",
            "\n",
            "\t",
            " /* ; COMMIT; */ ",
            " -- it's\n",
            "\r\n",
            " /* /* ' */ \" */ ",
        ][..],
    );
    (vec(statement(), 1..4), vec(spice, 1..8), any::<bool>()).prop_map(
        |(statements, spices, spiced)| {
            let mut script = statements.join(";\n") + ";\n";
            if spiced {
                let mut spices = spices.iter().cycle();
                let words: Vec<&str> = script.split(' ').collect();
                let mut mixed = String::new();
                for (index, word) in words.iter().enumerate() {
                    if index > 0 {
                        // Not inside of what is in quotes, which would be another script.
                        let even = |quote: char| mixed.matches(quote).count().is_multiple_of(2);
                        mixed += if even('\'') && even('"') {
                            spices.next().copied().unwrap_or(" ")
                        } else {
                            " "
                        };
                    }
                    mixed += word;
                }
                script = mixed;
            }
            script
        },
    )
}

// --- what must hold ---

/// How many of each there were.
#[derive(Default)]
struct Tally {
    clean: AtomicUsize,
    refused: AtomicUsize,
    failed: AtomicUsize,
    other: AtomicUsize,
}

impl Tally {
    fn count(&self, said: &Said) {
        let counter = match said.status {
            Status::Clean => &self.clean,
            Status::Findings
                if said.err.contains("[not-rehearsed]") || said.err.contains("[not-told]") =>
            {
                &self.refused
            }
            Status::Findings => &self.failed,
            Status::Failed => &self.other,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn figures(&self) -> [usize; 4] {
        [&self.clean, &self.refused, &self.failed, &self.other].map(|it| it.load(Ordering::Relaxed))
    }
}

async fn a_dry_run_leaves_nothing(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, FIXTURE).await;
    let tally: &'static Tally = Box::leak(Box::default());
    let folder = Folder::new(&[]);
    let _ = fs::remove_file(file());
    drop(connection);
    let connection = std::sync::Mutex::new(None);
    check(script, move |runtime, script| {
        let mut connection = connection.lock().expect("no panic");
        if connection.is_none() {
            let mut new = runtime.block_on(database.connect()).expect("a connection");
            runtime.block_on(run(&mut new, "SET search_path = pg_catalog"));
            let before = runtime.block_on(snapshot(&mut new));
            *connection = Some((new, before));
        }
        let Some((connection, before)) = connection.as_mut() else { return Ok(()) };
        folder.write("1_random.sql", script);
        let said = folder.run(&database, &["dry-run", "--on-target", "--statement-timeout", "10"]);
        tally.count(&said);
        if matches!(said.status, Status::Failed) {
            return Err(said.err);
        }
        let after = runtime.block_on(snapshot(connection));
        if after.0 != before.0 {
            let gone = before.1.iter().filter(|line| !after.1.contains(line));
            let new = after.1.iter().filter(|line| !before.1.contains(line));
            let lines: Vec<String> = gone
                .map(|line| format!("- {line}"))
                .chain(new.map(|line| format!("+ {line}")))
                .collect();
            *before = after;
            return Err(format!("{}\n{}", lines.join("\n"), said.err));
        }
        if file().exists() {
            fs::remove_file(file()).map_err(|error| error.to_string())?;
            return Err(format!("a file is there\n{}", said.err));
        }
        Ok(())
    })
    .await;
    let [clean, refused, failed, other] = tally.figures();
    eprintln!(
        "dry-run --on-target: {clean} ran, {refused} refused, {failed} failed, {other} could not run"
    );
    assert!(clean * 10 > clean + refused + failed, "of {refused} refused, {clean} ran");
}

// --- stamp ---

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
