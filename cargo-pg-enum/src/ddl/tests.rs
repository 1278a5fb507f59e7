use pg_enum_core::Definition;
use pg_enum_migrations::folder::{Script, Source};
use std::sync::Arc;

use super::*;

/// Statements that earlier versions of pg-enum wrote into migrations.
const EARLIER: &str = include_str!("earlier.sql");

fn refused(text: &str, list: List) -> Option<String> {
    read(text, Sort::Statement, list).err().map(|refused| refused.reason)
}

#[track_caller]
fn is_on(list: List, texts: &[&str]) {
    for text in texts {
        assert_eq!(refused(text, list), None, "{text}");
    }
}

#[track_caller]
fn is_not_on(list: List, texts: &[&str]) {
    for text in texts {
        assert!(refused(text, list).is_some(), "{text}");
    }
}

fn statements(text: &str) -> Vec<String> {
    let source = Arc::new(Source { path: "1.sql".into(), text: text.to_owned() });
    let script = Script { source, range: 0..text.len() };
    script.statements().iter().map(|statement| statement.text().to_owned()).collect()
}

#[test]
fn what_pg_enum_writes_is_on_both_lists() {
    let mut texts = statements(EARLIER);
    assert_eq!(texts.len(), 8);
    let labels = ["sad", "insert (into)", "it's", "a\\b"];
    let definition = Definition::new("mood", &labels);
    for definition in [definition, definition.in_schema("app"), definition.with_comment("it's")] {
        texts.push(definition.create_sql().to_string());
        texts.push(definition.drop_sql().to_string());
    }
    for text in &texts {
        is_on(List::Enums, &[text]);
        is_on(List::TakenBack, &[text]);
    }
}

#[test]
fn the_usual_guards_are_on_both_lists() {
    let texts = [
        "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        "DO $$ BEGIN CREATE TYPE app.mood AS ENUM ('a'); EXCEPTION WHEN OTHERS THEN RAISE NOTICE 'it %', 1; END $$",
        "DO $x$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
           CREATE TYPE mood AS ENUM ('a', 'b'); END IF; END $x$",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
           WHERE n.nspname = current_schema()) THEN CREATE TYPE mood AS ENUM ('a'); END IF; END $$",
        "DO $$ BEGIN IF to_regtype('mood') IS NULL THEN CREATE TYPE mood AS ENUM ('a'); END IF; END $$",
        "DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''x'''; END $$",
        "DO $$ DECLARE l text; BEGIN FOREACH l IN ARRAY ARRAY['a', 'b'] LOOP
           EXECUTE format('ALTER TYPE mood ADD VALUE IF NOT EXISTS %L', l); END LOOP; END $$",
        "DO $$ DECLARE k int; BEGIN SELECT count(*) INTO k FROM pg_enum WHERE enumlabel = 'x';
           IF k = 0 THEN ALTER TYPE mood ADD VALUE 'x'; END IF; END $$",
        "DO 'BEGIN ALTER TYPE mood ADD VALUE ''x''; END'",
        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x' AFTER 'y'",
        "ALTER TYPE app.mood RENAME VALUE 'x' TO 'y'",
        "DO $$ BEGIN
           PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('pg_enum app.mood', 0));
           LOCK TABLE pg_catalog.pg_type IN ACCESS SHARE MODE;
           IF pg_catalog.to_regtype('app.mood') IS NULL THEN
             CREATE TYPE app.mood AS ENUM ('a'); COMMENT ON TYPE app.mood IS 'x'; RETURN;
           END IF; END $$",
    ];
    is_on(List::Enums, &texts);
    is_on(List::TakenBack, &texts);
}

#[test]
fn what_the_enums_do_not_tell_is_no_proof() {
    is_not_on(
        List::Enums,
        &[
            "CREATE TABLE t ()",
            "SELECT 1",
            "SELECT do_something()",
            "DROP TYPE mood CASCADE",
            "CREATE TYPE pair AS (a int)",
            "CREATE TYPE mood",
            "ALTER TYPE mood OWNER TO postgres",
            "ALTER TYPE mood ADD ATTRIBUTE a int",
            "COMMENT ON TABLE t IS 'x'",
            "COMMENT ON TYPE mood IS U&'x'",
            "DO LANGUAGE plpython3u $$ pass $$",
            "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); INSERT INTO t VALUES (1); END $$",
            "DO $$ BEGIN PERFORM do_something(); END $$",
            "DO $$ BEGIN PERFORM app.format('x'), app.backfill(); END $$",
            "DO $$ DECLARE x int := do_something(); BEGIN NULL; END $$",
            "DO $$ BEGIN IF (SELECT app.f()) THEN NULL; END IF; END $$",
            "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN ALTER TYPE mood ADD VALUE 'x'; END IF; END $$",
            "DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$",
            "DO $$ BEGIN EXECUTE (SELECT string_agg(x, ';') FROM y); END $$",
            "DO $$ BEGIN EXECUTE 'ALTER TYPE mood ADD VALUE ''x''; DROP TABLE old'; END $$",
            "DO $$ BEGIN EXECUTE 'SELECT backfill()'; END $$",
            "DO $$ BEGIN EXECUTE 'SELECT a INTO newtab FROM old'; END $$",
            "DO $$ BEGIN EXECUTE 'SELECT 1 INTO newtab'; END $$",
            "DO $$ BEGIN EXECUTE 'CREATE TABLE n AS SELECT 1'; END $$",
            "DO $$ BEGIN EXECUTE 'DO $x$ BEGIN DROP TABLE old; END $x$'; END $$",
            "DO $$ BEGIN DO $x$ BEGIN DROP TABLE old; END $x$; END $$",
            "DO $$ DECLARE q text; BEGIN q := 'DROP TABLE old'; EXECUTE q; END $$",
            "DO $$ DECLARE q text; BEGIN q := 'DROP TABLE old';
               EXECUTE 'DROP TYPE IF EXISTS nothing; ' || q; END $$",
            "DO $$ DECLARE q text; BEGIN SELECT a INTO q FROM pg_class AS c (a); EXECUTE q; END $$",
            "DO $$ DECLARE q text := 'SELECT 1'; BEGIN q := current_setting('a.b'); EXECUTE q; END $$",
            "DO $$ DECLARE q text := 'SELECT 1'; BEGIN FOR q IN SELECT 'DROP TABLE t' LOOP EXECUTE q; END LOOP; END $$",
            "DO $$ DECLARE q text := 'SELECT 1'; BEGIN CALL p(q); EXECUTE q; END $$",
            "DO $$ BEGIN EXECUTE format('ALTER TYPE mood ADD VALUE %s', current_setting('a.b')); END $$",
            "DO $$ BEGIN EXECUTE format('%s', 'DROP TABLE t'); END $$",
            "DO $$ BEGIN EXECUTE E'DROP \\x54ABLE t'; END $$",
            "DO $$ BEGIN FOR r IN EXECUTE 'SELECT backfill()' LOOP NULL; END LOOP; END $$",
            "DO $$ BEGIN RETURN QUERY EXECUTE 'SELECT 1'; END $$",
            "DO $$ BEGIN COMMIT; END $$",
            "DO $$ BEGIN CALL p(); END $$",
            "DO $$ BEGIN TRUNCATE t; END $$",
            "DO $$ BEGIN PERFORM set_config('search_path', 'a', false); END $$",
            "DO $$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); END $$",
            "DO $$ BEGIN PERFORM nextval('s'); END $$",
            "DO $$ BEGIN PERFORM 1 FROM app.evil(); END $$",
            "DO $$ BEGIN this is no SQL; END $$",
            "SELECT 1; DROP TABLE t",
        ],
    );
}

#[test]
fn what_stays_is_not_taken_back() {
    is_not_on(
        List::TakenBack,
        &[
            "COMMIT",
            "END",
            "ABORT",
            "ROLLBACK TO a",
            "COMMIT PREPARED 'a'",
            "PREPARE TRANSACTION 'a'",
            "SET TRANSACTION READ ONLY",
            "SELECT E'a'\n'\\''; COMMIT; --'",
            "SELECT 1; COMMIT",
            "VACUUM",
            "ANALYZE",
            "CLUSTER t",
            "REINDEX TABLE t",
            "CHECKPOINT",
            "LOAD 'x'",
            "COPY t TO 'file'",
            "COPY (SELECT 1) TO PROGRAM 'cat'",
            "NOTIFY x",
            "LISTEN x",
            "CREATE ROLE r",
            "ALTER ROLE r SET work_mem = '1MB'",
            "CREATE DATABASE d",
            "ALTER DATABASE d SET work_mem = '1MB'",
            "ALTER SYSTEM SET work_mem = '1MB'",
            "CREATE TABLESPACE t LOCATION '/x'",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
            "CREATE EXTENSION x",
            "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
            "CREATE INDEX CONCURRENTLY i ON t (a)",
            "DROP INDEX CONCURRENTLY i",
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE \"plPerl\" AS 'a'",
            "CREATE TYPE t (INPUT = f, OUTPUT = g)",
            "CREATE OPERATOR # (FUNCTION = f, RIGHTARG = int)",
            "CREATE CAST (a AS b) WITH FUNCTION f(a)",
            "GRANT a TO b",
            "GRANT CONNECT ON DATABASE d TO b",
            "COMMENT ON ROLE r IS 'x'",
            "TRUNCATE t CASCADE",
            "SET standard_conforming_strings = off",
            "SET standard_conforming_strings TO 'off'",
            "RESET standard_conforming_strings",
            "SET backslash_quote = on",
            "SET client_encoding = 'SJIS'",
            "SET session_replication_role = replica",
            "SET app.x = '1'",
            "SET ROLE r",
            "SET SESSION AUTHORIZATION r",
            "RESET ALL",
            "DISCARD ALL",
            "PREPARE a AS SELECT 1",
            "EXECUTE a",
            "EXPLAIN ANALYZE SELECT 1",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "SELECT set_config('log_statement', 'all', true)",
            "SELECT set_config(a, 'all', true) FROM t",
            "DO $$ BEGIN SET lock_timeout = 0; END $$",
            "DO $$ BEGIN PERFORM set_config('statement_timeout', '0', true); END $$",
            "DO $$ BEGIN ROLLBACK; END $$",
            "DO $$ BEGIN EXECUTE 'COMMIT'; END $$",
            "DO $$ BEGIN EXECUTE 'COPY t TO ''x'''; END $$",
            "DO $$ BEGIN DO $x$ BEGIN COMMIT; END $x$; END $$",
            "DO $$ DECLARE q text; BEGIN SELECT a INTO q FROM t; EXECUTE q; END $$",
            "DO $$ DECLARE n text; BEGIN SELECT a INTO n FROM t; EXECUTE format('INSERT INTO %I VALUES (1)', n); END $$",
            "this is no SQL",
        ],
    );
    // The catalogs do not contain the objects that a block creates.
    for made in [
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $q$ SELECT 1 $q$",
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE VIEW v AS SELECT 1",
        "CREATE POLICY p ON t",
        "CREATE SCHEMA s CREATE VIEW v AS SELECT 1",
        "CREATE TABLE n (LIKE t INCLUDING ALL)",
        "CREATE TABLE n () INHERITS (t)",
        "CREATE TABLE n PARTITION OF t DEFAULT",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t ENABLE TRIGGER ALL",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE t ATTACH PARTITION u DEFAULT",
        "ALTER TABLE t INHERIT u",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE",
        "ALTER TABLE t ADD COLUMN b int REFERENCES u ON DELETE CASCADE",
        "ALTER FUNCTION f() RENAME TO g",
        "ALTER SCHEMA s RENAME TO t",
        "ALTER VIEW v RENAME TO w",
    ] {
        let inside = format!("DO $x$ BEGIN {made}; END $x$");
        let reason = refused(&inside, List::TakenBack);
        assert!(reason.is_some_and(|it| it.contains("inside a block")), "{made}");
        is_on(List::TakenBack, &[made]);
    }
}

#[test]
fn migrations_of_every_day_are_taken_back() {
    is_on(
        List::TakenBack,
        &[
            "CREATE TABLE t (id serial PRIMARY KEY, m mood NOT NULL DEFAULT 'sad')",
            "ALTER TABLE t ADD COLUMN a int, ALTER COLUMN b SET DEFAULT nextval('s')",
            "CREATE INDEX i ON t (lower(a)) WHERE b",
            "UPDATE t SET a = 1 FROM u WHERE t.id = u.id",
            "INSERT INTO t SELECT 1 ON CONFLICT DO NOTHING",
            "DELETE FROM t USING u",
            "COMMENT ON COLUMN t.a IS 'x'",
            "GRANT SELECT ON t TO PUBLIC",
            "SET standard_conforming_strings = on",
            "SET client_encoding = 'UTF8'",
            "SET statement_timeout = 0",
            "SET LOCAL search_path TO app, public",
            "RESET search_path",
            "SELECT pg_catalog.set_config('search_path', '', true)",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
            "DO $$ BEGIN UPDATE t SET a = 1; EXECUTE format('ALTER TABLE %I ADD b int', 't'); END $$",
        ],
    );
}

#[test]
fn what_is_used_is_told_by_names() {
    let uses = |text: &str| read(text, Sort::Statement, List::TakenBack).expect("to be listed");
    let names = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" ");
    let found = uses("INSERT INTO app.\"T\" AS x SELECT a.f, g /* */ (b)::mood FROM ONLY u AS a");
    assert_eq!(names(&found.written), "T");
    assert_eq!(names(&found.inserted), "T");
    assert_eq!(names(&found.calls), "T f g");
    assert_eq!(names(&found.objects), "T app mood u");
    let found = uses("WITH d AS (DELETE FROM a RETURNING 1) UPDATE b SET c = DEFAULT FROM d");
    assert_eq!(names(&found.written), "a b");
    assert_eq!(names(&found.inserted), "b");
    let found = uses("DO $$ BEGIN EXECUTE format('UPDATE %I.t SET a = f(1)', s); END $$");
    assert_eq!((names(&found.written).as_str(), found.any_schema), ("t", true));
    // These run no code.
    for text in ["CREATE VIEW v AS SELECT f()", "DROP FUNCTION f", "COMMENT ON TABLE t IS 'x'"] {
        assert!(!uses(text).run_something(), "{text}");
    }
}

#[test]
fn a_place_inside_a_block_is_that_of_the_file() {
    let text = "DO $$\nBEGIN\n  PERFORM 1;\n  COMMIT;\nEND $$";
    let refused = read(text, Sort::Statement, List::TakenBack).expect_err("a COMMIT");
    assert_eq!(&text[refused.range], "COMMIT;");
}
