//! Random scripts for `dry-run --on-target` and `stamp`: of statements that are taken back and of ones that are not,
//! hidden in quotes, comments, blocks, functions, triggers, defaults and checks.
//!
//! After a dry run, everything that the grammar can reach is as it was. What `stamp` records has happened: run for
//! real on a database like the one before, the script leaves the same.

mod dry_run;
mod stamp;

use std::sync::atomic::{AtomicUsize, Ordering};

use cargo_pg_enum::Status;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tokio::runtime::{Builder, Runtime};

use crate::harness::{Said, Test};

pub(super) fn tests() -> Vec<Test> {
    [dry_run::tests(), stamp::tests()].into_iter().flatten().collect()
}

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
