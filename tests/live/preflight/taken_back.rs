//! `cargo pg-enum dry-run --on-target`: what it runs is taken back, and what is not known to be is not run.

use std::path::Path;
use std::time::{Duration, Instant};

use cargo_pg_enum::Status;
use expect_test::expect;
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, PgConnection};

use super::harness::Folder;
use super::random::FIXTURE;
use crate::harness::{run, tests};

tests![
    every_day,
    hidden_commits,
    sequences,
    files_and_programs,
    sessions_and_locks,
    servers_and_roles,
    settings,
    functions,
    triggers_and_rules,
    implied_code,
    put_together_at_run_time,
    made_inside_a_block,
    large_objects_and_extensions,
    limits_are_ours,
    event_triggers,
    strings_that_are_read_otherwise,
    one_statement_in_a_message,
    which_code_is_said,
];

/// A database with things in it that a migration may run into.
struct Place {
    database: Database,
    connection: PgConnection,
    folder: Folder,
    before: String,
}

impl Place {
    async fn new(database: Database) -> Self {
        let mut connection = database.connect().await.expect("a connection");
        run(&mut connection, FIXTURE).await;
        let before = state(&mut connection).await;
        Self { database, connection, folder: Folder::new(&[]), before }
    }

    async fn dry_run(&mut self, sql: &str) -> crate::harness::Said {
        self.folder.write("1_it.sql", sql);
        let said = self.folder.run(&self.database, &["dry-run", "--on-target"]);
        assert_eq!(state(&mut self.connection).await, self.before, "{sql}\n{}", said.err);
        said
    }

    /// None of these runs, and each says why.
    async fn refuses(&mut self, scripts: &[&str]) {
        for sql in scripts {
            let said = self.dry_run(sql).await;
            assert!(matches!(said.status, Status::Findings), "{sql}\n{}", said.err);
            assert!(said.err.contains("error[not-rehearsed]"), "{sql}\n{}", said.err);
            assert!(said.err.contains("run without --on-target"), "{sql}\n{}", said.err);
        }
    }

    /// All of these run, and leave nothing.
    async fn runs(&mut self, scripts: &[&str]) {
        for sql in scripts {
            let said = self.dry_run(sql).await;
            assert!(matches!(said.status, Status::Clean), "{sql}\n{}", said.err);
        }
    }
}

/// What a migration that is not taken back would leave here.
async fn state(connection: &mut PgConnection) -> String {
    sqlx::query_scalar(
        "SELECT concat_ws(' ', (SELECT array_agg(x ORDER BY x::text) FROM canary AS x),
           (SELECT array_agg(x ORDER BY x::text) FROM plain AS x), (SELECT last_value FROM canary_id_seq),
           (SELECT last_value FROM numbered_id_seq), (SELECT count(*) FROM pg_class),
           (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_enum), (SELECT count(*) FROM pg_largeobject_metadata),
           (SELECT count(*) FROM pg_extension), (SELECT count(*) FROM pg_description),
           (SELECT count(*) FROM pg_replication_slots WHERE slot_name LIKE 'pg_enum_taken%'),
           (SELECT count(*) FROM pg_roles WHERE rolname LIKE 'pg_enum_taken%'),
           (SELECT count(*) FROM pg_database WHERE datname LIKE 'pg_enum_taken%'),
           (SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
             WHERE l.locktype = 'advisory' AND l.objid = 4242 AND d.datname = current_database()),
           (SELECT count(*) FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
             WHERE d.datname = current_database()))",
    )
    .fetch_one(connection)
    .await
    .expect("a state")
}

async fn every_day(database: Database) {
    let mut place = Place::new(database).await;
    place
        .runs(&[
            "CREATE TYPE size AS ENUM ('s', 'm');\nCREATE TABLE t (id serial PRIMARY KEY, size size NOT NULL DEFAULT 's');\n\
             INSERT INTO t (size) VALUES ('m');\nCREATE INDEX ON t (size) WHERE id > 1;",
            "ALTER TABLE canary ADD COLUMN mood app.mood NOT NULL DEFAULT 'ok';\nUPDATE canary SET mood = 'sad';",
            "ALTER TYPE app.mood ADD VALUE 'great' AFTER 'ok';\nCOMMENT ON TYPE app.mood IS 'it''s';",
            "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, a int);\nINSERT INTO t (a) SELECT id FROM canary;",
            "UPDATE plain SET t = upper(t) || fine(a)::text WHERE m = 'sad';\nDELETE FROM plain;\nTRUNCATE canary;",
            "INSERT INTO touched (a) VALUES (1);\nUPDATE touched SET a = 2;",
            "CREATE FUNCTION twice(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN fine($1) * 2; END';\n\
             CREATE VIEW v AS SELECT twice(a) AS b FROM plain;\nSELECT * FROM v;",
            "SET search_path = app, public;\nCREATE TABLE t (m mood);\nINSERT INTO t VALUES ('sad');\nSELECT m FROM t;",
            "GRANT SELECT ON plain TO PUBLIC;\nREVOKE SELECT ON plain FROM PUBLIC;\nDROP TABLE burnt;\nDROP SCHEMA app CASCADE;",
            "DO $$ DECLARE r record; BEGIN FOR r IN SELECT a FROM plain LOOP UPDATE plain SET t = 'x' WHERE a = r.a; \
             END LOOP; EXECUTE format('ALTER TABLE %I ADD COLUMN z int', 'plain'); END $$;",
            // The same text twice, with something else in between.
            "SELECT * FROM plain;\nALTER TABLE plain ADD COLUMN z int;\nSELECT * FROM plain;",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1';",
        ])
        .await;
}

async fn hidden_commits(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "INSERT INTO plain VALUES (9);\nSELECT E'a'\n'\\''; COMMIT; --';\nINSERT INTO plain VALUES (10);",
            "SELECT E'a' -- and\n '\\''; COMMIT; --';",
            "SET standard_conforming_strings = off;\nSELECT '\\''; COMMIT; --';",
            "RESET standard_conforming_strings;\nSELECT 1;",
            "SELECT set_config('standard_conforming_strings', 'off', true);\nSELECT '\\''; COMMIT; --';",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'; COMMIT;\nINSERT INTO plain VALUES (9);",
            "SELECT 1; END; INSERT INTO plain VALUES (9);",
            "COMMIT AND CHAIN;",
            "ABORT;\nINSERT INTO plain VALUES (9);",
            "PREPARE TRANSACTION 'pg_enum_taken_back';",
            "SAVEPOINT a;\nRELEASE a;",
            "DO $$ BEGIN INSERT INTO plain VALUES (9); COMMIT; END $$;",
            "DO 'BEGIN EXECUTE ''COMMIT''; END';",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';\nCALL p();",
            "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN ROLLBACK; END';\nDO $$ BEGIN CALL p(); END $$;",
        ])
        .await;
}

async fn sequences(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "DELETE FROM canary;\nSELECT setval('canary_id_seq', 1, false);",
            "SELECT nextval('canary_id_seq');",
            "SELECT pg_catalog.\"nextval\" /* ( */ ('canary_id_seq');",
            "INSERT INTO canary (what) VALUES ('two');",
            "INSERT INTO numbered (a) VALUES (1);",
            "UPDATE canary SET (id, what) = (DEFAULT, 'x');",
            "MERGE INTO canary USING plain ON canary.id = plain.a WHEN NOT MATCHED THEN INSERT (what) VALUES ('x');",
            "WITH w AS (INSERT INTO canary (what) VALUES ('x') RETURNING id) SELECT * FROM w;",
            "CREATE TABLE t (LIKE canary INCLUDING ALL);\nINSERT INTO t (what) VALUES ('x');",
            "CREATE TABLE t (a int DEFAULT nextval('canary_id_seq'));\nINSERT INTO t DEFAULT VALUES;",
            "ALTER TABLE plain ADD COLUMN z int DEFAULT nextval('canary_id_seq');",
            "ALTER TABLE canary RENAME TO c;\nINSERT INTO c (what) VALUES ('x');",
            "DO $$ BEGIN INSERT INTO canary (what) VALUES ('x'); END $$;",
            "SELECT 1 FROM generate_series(1, nextval('canary_id_seq'));",
        ])
        .await;
}

async fn files_and_programs(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "COPY (SELECT 'x') TO PROGRAM 'cat > /tmp/pg_enum_taken_back';",
            "COPY plain TO '/tmp/pg_enum_taken_back';",
            "COPY plain FROM PROGRAM 'touch /tmp/pg_enum_taken_back; echo 1';",
            "DO $$ BEGIN COPY plain TO '/tmp/pg_enum_taken_back'; END $$;",
            "DO $$ BEGIN EXECUTE 'COPY plain TO ''/tmp/pg_enum_taken_back'''; END $$;",
            "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COPY plain TO '/tmp/pg_enum_taken_back'; \
             END $$;\nSELECT f();",
            "SELECT lo_export(lo_import('/etc/hostname'), '/tmp/pg_enum_taken_back');",
            "SELECT pg_read_file('PG_VERSION');",
            "LOAD 'auto_explain';",
        ])
        .await;
    assert!(!Path::new("/tmp/pg_enum_taken_back").exists());
}

async fn sessions_and_locks(database: Database) {
    let mut place = Place::new(database).await;
    place
        .refuses(&[
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity;",
            "SELECT pg_cancel_backend(1);",
            "SELECT pg_advisory_lock(4242);",
            "SELECT pg_try_advisory_lock_shared(4242);",
            "SELECT pg_advisory_unlock_all();",
            "SELECT pg_create_physical_replication_slot('pg_enum_taken_back');",
            "SELECT pg_export_snapshot();",
            "SELECT pg_logical_emit_message(false, 'a', 'b');",
            "SELECT pg_notify('a', 'b');",
            "NOTIFY a;",
            "LISTEN a;",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1;",
            "PREPARE p AS SELECT nextval('canary_id_seq');",
        ])
        .await;
    place.runs(&["SELECT pg_advisory_xact_lock(4242);\nLOCK TABLE plain;"]).await;
}

async fn servers_and_roles(database: Database) {
    let name = database.name().to_owned();
    let mut place = Place::new(database).await;
    place
        .refuses(&[
            &format!("ALTER DATABASE {name} SET work_mem = '1MB';"),
            &format!("COMMENT ON DATABASE {name} IS 'x';"),
            &format!("GRANT ALL ON DATABASE {name} TO PUBLIC;"),
            "ALTER SYSTEM SET work_mem = '1MB';",
            "CREATE ROLE pg_enum_taken_back;",
            "ALTER ROLE CURRENT_USER SET work_mem = '1MB';",
            "GRANT pg_monitor TO pg_read_all_stats;",
            "CREATE DATABASE pg_enum_taken_back;",
            "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p;",
            "SELECT pg_reload_conf();",
            "SELECT pg_switch_wal();",
            "CHECKPOINT;",
            "ANALYZE plain;",
            "VACUUM plain;",
        ])
        .await;
    // It can run in a transaction; that is not what it is refused for.
    place.folder.write("1_it.sql", "ALTER DATABASE shop SET work_mem = '1MB';");
    place.folder.run(&place.database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: this does not run on the target: it changes objects that all databases of the server share
         --> migrations/1_it.sql:1:1
          |
        1 | ALTER DATABASE shop SET work_mem = '1MB';
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        nothing was run
    "#]]);
}

async fn settings(database: Database) {
    let mut place = Place::new(database).await;
    place
        .refuses(&[
            "SET session_replication_role = replica;",
            "SET ROLE pg_monitor;",
            "SET SESSION AUTHORIZATION DEFAULT;",
            "SET app.tenant = '1';",
            "SET client_encoding = 'SJIS';",
            "SET backslash_quote = on;",
            "RESET ALL;",
            "DISCARD ALL;",
            "SELECT set_config('work_mem', '1MB', false);",
            "SELECT set_config('log_' || 'statement', 'all', true);",
            "UPDATE pg_settings SET setting = '1MB' WHERE name = 'work_mem';",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET session_replication_role = replica AS 'SELECT 1';\nSELECT f();",
        ])
        .await;
    // The head of a dump.
    place
        .runs(&["SET statement_timeout = 0;\nSET lock_timeout = 0;\nSET client_encoding = 'UTF8';\n\
             SET standard_conforming_strings = on;\nSELECT pg_catalog.set_config('search_path', '', true);\n\
             SET check_function_bodies = false;\nSET xmloption = content;\nSET client_min_messages = warning;\n\
             SET row_security = off;\nSET default_tablespace = '';\nCREATE TABLE public.t (a int);"])
        .await;
}

async fn functions(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "SELECT burn();",
            "SELECT deep(1);",
            "SELECT \"burn\"();",
            "SELECT p.burn FROM plain AS p;",
            "SELECT * FROM burn() AS b;",
            "UPDATE plain SET a = burn(a);",
            "DELETE FROM plain WHERE burn() > 0;",
            "SELECT a FROM plain ORDER BY burn() LIMIT burn();",
            "SELECT * FROM seen;",
            "CREATE TABLE t AS SELECT burn() AS b;",
            "CREATE MATERIALIZED VIEW v AS SELECT burn() AS b;",
            "CREATE INDEX ON plain (burn(a));",
            "ALTER TABLE plain ALTER COLUMN a TYPE bigint USING burn(a);",
            "CREATE FUNCTION f(int DEFAULT burn()) RETURNS int LANGUAGE sql AS 'SELECT 1';\nSELECT f();",
            "CREATE FUNCTION f(q text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF false THEN q := 'SELECT 1'; END IF; \
             EXECUTE q; RETURN 1; END $$;\nSELECT f('SELECT burn()');",
            "CREATE SCHEMA \"Other One\";\nCREATE FUNCTION \"Other One\".fine(int) RETURNS int LANGUAGE sql AS 'SELECT burn()';\n\
             DO $$ BEGIN SET search_path = \"Other One\", public; PERFORM fine(1); END $$;",
            "CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT burn()';\nSELECT pg_temp.f();",
            "CREATE OR REPLACE FUNCTION fine(int) RETURNS int LANGUAGE sql AS 'SELECT burn()';\nSELECT fine(1);",
            "SELECT query_to_xml('SELECT burn()', true, true, '');",
            "SELECT table_to_xml('seen', true, true, '');",
            "SELECT U&\"b\\0075rn\"();",
        ])
        .await;
}

async fn triggers_and_rules(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "INSERT INTO watched VALUES (1);",
            "DELETE FROM parent;",
            "INSERT INTO split VALUES (1);",
            "INSERT INTO ruled VALUES (1);",
            "INSERT INTO seen VALUES (1);",
            "CREATE TRIGGER w BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION burns();\nUPDATE plain SET a = 1;",
            "ALTER TABLE watched DISABLE TRIGGER ALL;\nALTER TABLE watched ENABLE TRIGGER ALL;\nDELETE FROM watched;",
            "DO $$ BEGIN ALTER TABLE watched DISABLE TRIGGER ALL; ALTER TABLE watched ENABLE TRIGGER ALL; END $$;",
            "ALTER TABLE plain ENABLE ROW LEVEL SECURITY;\nUPDATE plain SET a = 1;",
            "TRUNCATE parent CASCADE;",
            "MERGE INTO watched USING plain ON watched.a = plain.a WHEN NOT MATCHED THEN INSERT VALUES (1);",
        ])
        .await;
}

async fn implied_code(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "INSERT INTO burnt VALUES (1);",
            "ALTER TABLE burnt ADD COLUMN z int;",
            "SELECT 1::burning;",
            "INSERT INTO of_domain VALUES (1);",
            "SELECT json_populate_record(NULL::of_domain, '{\"a\": 1}');",
            "SELECT '{1}'::burning[];",
            "CREATE TYPE pair AS (a burning);\nSELECT ROW(1)::pair;",
            "SELECT 'x'::app.cast::text;",
            "CREATE TABLE t (c app.cast);\nSELECT c FROM t;",
            "SELECT 1 ### 2;",
            "SELECT 1 OPERATOR(public.###) 2;",
            "CREATE TABLE t (a int DEFAULT burn());\nINSERT INTO t DEFAULT VALUES;",
            "CREATE DOMAIN d AS int DEFAULT burn();\nCREATE TABLE t (a d);\nINSERT INTO t DEFAULT VALUES;",
        ])
        .await;
}

async fn put_together_at_run_time(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "DO $$ DECLARE q text; BEGIN SELECT t INTO q FROM plain LIMIT 1; EXECUTE q; END $$;",
            "DO $$ BEGIN EXECUTE 'SELECT bu' || 'rn()'; END $$;",
            "DO $$ BEGIN EXECUTE format('SELECT %I()', 'burn'); END $$;",
            "DO $$ DECLARE q text := 'SELECT 1'; BEGIN q := 'SELECT burn()'; EXECUTE q; END $$;",
            "DO $$ DECLARE t text; BEGIN FOR t IN SELECT 'canary' LOOP EXECUTE format('INSERT INTO %I (what) VALUES (1)', t); \
             END LOOP; END $$;",
            "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT burn() AS b' LOOP NULL; END LOOP; END $$;",
            "DO $$ BEGIN EXECUTE E'SELECT bu\\x72n()'; END $$;",
            "DO $$ BEGIN EXECUTE 'SELECT 1; SELECT 2'; END $$;",
            "DO LANGUAGE plpython3u $$ pass $$;",
        ])
        .await;
}

/// The catalogs do not have it yet when they are asked about the block.
async fn made_inside_a_block(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "DO $$ BEGIN CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT burn()'; PERFORM f(); END $$;",
            "DO $$ BEGIN CREATE TRIGGER w BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION burns(); \
             UPDATE plain SET a = 1; END $$;",
            "DO $$ BEGIN CREATE VIEW v AS SELECT * FROM canary; INSERT INTO v (what) VALUES ('x'); END $$;",
            "DO $$ BEGIN ALTER TABLE canary RENAME TO c; INSERT INTO c (what) VALUES ('x'); END $$;",
            "DO $$ BEGIN CREATE TABLE t (LIKE canary INCLUDING ALL); INSERT INTO t (what) VALUES ('x'); END $$;",
            "DO $$ BEGIN CREATE TABLE t (b int) INHERITS (canary); INSERT INTO t (b) VALUES (1); END $$;",
            "DO $$ BEGIN ALTER TABLE plain ALTER COLUMN a SET DEFAULT burn(); INSERT INTO plain DEFAULT VALUES; END $$;",
            "DO $$ BEGIN ALTER FUNCTION burn() RENAME TO f; PERFORM f(); END $$;",
            "DO $$ BEGIN ALTER SCHEMA app RENAME TO b; END $$;",
        ])
        .await;
}

async fn large_objects_and_extensions(database: Database) {
    Place::new(database)
        .await
        .refuses(&[
            "SELECT lo_create(0);",
            "SELECT lo_from_bytea(0, 'x');",
            "CREATE EXTENSION dblink;",
            "SELECT dblink_exec('dbname=x', 'INSERT INTO plain VALUES (1)') FROM lo_creat(1);",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b';",
            "CREATE OPERATOR #### (LEFTARG = int, RIGHTARG = int, FUNCTION = burn_both);",
            "CREATE CAST (app.mood AS text) WITH FUNCTION burnt_text(app.mood);",
            "CREATE PUBLICATION p FOR ALL TABLES;",
        ])
        .await;
}

/// A file may set them otherwise, but not for what comes after.
async fn limits_are_ours(database: Database) {
    let mut place = Place::new(database).await;
    let mut other = place.database.connect().await.expect("a connection");
    run(&mut other, "BEGIN; LOCK TABLE canary IN SHARE MODE").await;
    for off in [
        "SET statement_timeout = 0;\nSET lock_timeout = 0;",
        "SET LOCAL lock_timeout = 0;",
        "SELECT set_config('lock_timeout', '0', true);",
        "RESET lock_timeout;",
        "SET lock_timeout TO DEFAULT;",
    ] {
        place.folder.write("1_it.sql", &format!("{off}\nALTER TABLE canary ADD COLUMN z int;"));
        let start = Instant::now();
        let said =
            place.folder.run(&place.database, &["dry-run", "--on-target", "--lock-timeout", "1"]);
        assert!(said.err.contains("SQLSTATE 55P03"), "{off}\n{}", said.err);
        // Far from the minute that a statement may take.
        assert!(start.elapsed() < Duration::from_secs(30), "{off}");
    }
    run(&mut other, "ROLLBACK").await;
    place
        .refuses(&[
            "DO $$ BEGIN SET lock_timeout = 0; END $$;",
            "DO $$ BEGIN PERFORM set_config('statement_timeout', '0', true); END $$;",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SET lock_timeout = 0 AS 'BEGIN RETURN 1; END';\nSELECT f();",
        ])
        .await;
}

async fn event_triggers(database: Database) {
    let mut place = Place::new(database).await;
    run(
        &mut place.connection,
        "CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM burn(); END';
         CREATE EVENT TRIGGER pg_enum_watch ON ddl_command_end EXECUTE FUNCTION on_ddl()",
    )
    .await;
    place.before = state(&mut place.connection).await;
    place.refuses(&["CREATE TABLE t ();"]).await;
    run(&mut place.connection, "ALTER EVENT TRIGGER pg_enum_watch DISABLE").await;
    place.runs(&["CREATE TABLE t ();"]).await;
}

async fn strings_that_are_read_otherwise(database: Database) {
    let mut place = Place::new(database).await;
    let name = place.database.name().to_owned();
    run(
        &mut place.connection,
        &format!("ALTER DATABASE {name} SET standard_conforming_strings = off"),
    )
    .await;
    place.before = state(&mut place.connection).await;
    place.refuses(&["SELECT '\\''; COMMIT; --';", "SELECT 1;"]).await;
}

/// What the dry run relies on: a text that is cut wrongly fails rather than being two statements.
async fn one_statement_in_a_message(database: Database) {
    let mut connection = database.connect().await.expect("a connection");
    run(&mut connection, "BEGIN").await;
    for sql in ["SELECT 1; COMMIT", "SELECT E'a'\n'\\''; COMMIT; --'", "COMMIT; SELECT 1"] {
        run(&mut connection, "SAVEPOINT a").await;
        let sent = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await;
        let error = sent.expect_err(sql);
        let code = error.as_database_error().and_then(|error| error.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42601"), "{sql}");
        run(&mut connection, "ROLLBACK TO a").await;
    }
}

async fn which_code_is_said(database: Database) {
    let place = Place::new(database).await;
    place.folder.write("1_it.sql", "UPDATE plain SET a = 1;\n\nDELETE FROM parent\nWHERE true;");
    place.folder.run(&place.database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: this does not run on the target: the function public.burn() calls nextval, which is not on the list of functions that a rollback undoes
         --> migrations/1_it.sql:3:1
          |
        3 | DELETE FROM parent
          | ^^^^^^^^^^^^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
    "#]]);
    place.folder.write("1_it.sql", "DO $$\nBEGIN\n  UPDATE plain SET a = 1;\n  COMMIT;\nEND $$;");
    place.folder.run(&place.database, &["dry-run", "--on-target"]).check(&expect![[r#"
        Findings
        note: the migrations hold their locks on the target until the rollback; other sessions wait for them
        error[not-rehearsed]: this does not run on the target: it begins or ends a transaction, so earlier statements could not be rolled back
         --> migrations/1_it.sql:4:3
          |
        4 |   COMMIT;
          |   ^^^^^^^
          |
          = help: run without --on-target: it then runs on a temporary server
        nothing was run
    "#]]);
}
