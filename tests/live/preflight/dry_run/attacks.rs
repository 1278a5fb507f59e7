//! Nothing happens to the target, whatever a migration does; and nothing of a migration or of the target's schema
//! reaches the machine on which it is tried.

use std::fs;

use cargo_pg_enum::Status;
use pg_enum_test_server::Database;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{MOOD, begin, dry_run};
use crate::harness::{run, tests, try_run};

tests![
    the_target_stays,
    committed_on_the_way,
    nobody_is_a_superuser,
    a_setting_of_the_system,
    a_hostile_schema,
    hostile_settings,
    extensions_that_reach_out,
    privileges_that_reach_out,
];

/// All that a migration could change, as far as it is this test's.
async fn fingerprint(connection: &mut PgConnection, other: &str) -> Vec<String> {
    let sql = format!(
        "SELECT pg_catalog.row_to_json(d)::text FROM pg_database AS d WHERE datname IN (current_database(), '{other}')
         UNION ALL SELECT pg_catalog.row_to_json(r)::text FROM pg_roles AS r
           WHERE rolname IN (current_user, '{other}')
         UNION ALL SELECT pg_catalog.row_to_json(s)::text FROM pg_db_role_setting AS s
           WHERE setrole = current_user::regrole OR setdatabase IN
             (SELECT oid FROM pg_database WHERE datname IN (current_database(), '{other}'))
         UNION ALL SELECT pg_catalog.pg_read_file('postgresql.auto.conf')
         UNION ALL SELECT slot_name::text FROM pg_replication_slots WHERE slot_name = '{other}'
         UNION ALL SELECT pid::text FROM pg_stat_activity WHERE application_name = '{other}'
         UNION ALL SELECT pg_catalog.concat(last_value, log_cnt, is_called) FROM canary_id_seq
         UNION ALL SELECT pg_catalog.query_to_xml(pg_catalog.format('TABLE %s', c.oid::regclass), true, true, '')::text
           FROM pg_class AS c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         UNION ALL SELECT (pg_catalog.to_jsonb(c) - 'relpages' - 'reltuples' - 'relallvisible' - 'relallfrozen'
             - 'relfrozenxid' - 'relminmxid')::text
           FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace",
    );
    let mut lines: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.expect("a fingerprint");
    lines.sort();
    lines
}

/// A database beside the one of the test, a table with rows, and a session that others could end.
struct Witness {
    other: String,
    _session: PgConnection,
    before: Vec<String>,
}

impl Witness {
    async fn new(database: &Database, connection: &mut PgConnection) -> Self {
        let other = format!("other_of_{}", database.name());
        run(connection, &format!("CREATE DATABASE {other}")).await;
        run(
            connection,
            "CREATE TABLE canary (id serial PRIMARY KEY, what text);
             INSERT INTO canary (what) VALUES ('a'), ('b'), ('c')",
        )
        .await;
        let mut session = database.connect().await.expect("a connection");
        run(&mut session, &format!("SET application_name = '{other}'")).await;
        let before = fingerprint(connection, &other).await;
        assert!(before.iter().any(|line| line.contains(">c<")), "{before:?}");
        Self { other, _session: session, before }
    }

    /// That nothing is different.
    async fn check(&self, connection: &mut PgConnection) {
        assert_eq!(fingerprint(connection, &self.other).await, self.before);
    }

    async fn drop(self, connection: &mut PgConnection) {
        self.check(connection).await;
        run(connection, &format!("DROP DATABASE {}", self.other)).await;
    }
}

/// Each of these runs, and stays where it has run.
async fn the_target_stays(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let witness = Witness::new(&database, &mut connection).await;
    let (name, other) = (database.name(), &witness.other);
    let migrations = [
        format!("-- no-transaction\nDROP DATABASE IF EXISTS {other};"),
        format!("-- no-transaction\nCREATE DATABASE {other};"),
        format!("CREATE ROLE {other} CREATEDB; GRANT {other} TO CURRENT_USER;"),
        "ALTER ROLE CURRENT_USER SET work_mem = '3MB';".to_owned(),
        format!("ALTER ROLE CURRENT_USER IN DATABASE {name} SET lock_timeout = 1;"),
        format!("ALTER DATABASE {name} SET search_path = nowhere; ALTER DATABASE {name} CONNECTION LIMIT 9;"),
        "DELETE FROM canary WHERE id > 1; SELECT setval('canary_id_seq', 1000);".to_owned(),
        "UPDATE canary SET what = 'x'; TRUNCATE canary RESTART IDENTITY;".to_owned(),
        format!("SELECT pg_create_physical_replication_slot('{other}');"),
        format!("SELECT pg_create_logical_replication_slot('{other}_l', 'pgoutput');"),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE usename = current_user AND pid <> pg_backend_pid();"
            .to_owned(),
        "-- no-transaction\nVACUUM FULL;".to_owned(),
        "ALTER TABLE canary ALTER id TYPE bigint; ALTER SEQUENCE canary_id_seq CACHE 7; DROP TABLE canary;".to_owned(),
        "NOTIFY x; SELECT pg_advisory_lock(1); SELECT lo_create(0);".to_owned(),
        "DROP TYPE mood; CREATE TYPE mood AS ENUM ('sad', 'happy');".to_owned(),
        "DROP OWNED BY CURRENT_USER;".to_owned(),
    ];
    let count = migrations.len();
    // The last takes the table away in which it would be recorded.
    let runs = count - 1;
    for (index, sql) in migrations.iter().enumerate() {
        folder.write(&format!("{}_x.sql", index + 2), sql);
    }
    let said = dry_run(&folder, &database, &[]);
    let line = format!("{runs} of {count} migrations ran");
    assert!(said.err.contains(&line), "{}{}", said.out, said.err);
    assert!(said.err.contains(&format!("cannot record migration {}", count + 1)), "{}", said.err);
    witness.drop(&mut connection).await;
}

/// What ends the transaction in a way that one has to look for; and a migration that fails after it has.
async fn committed_on_the_way(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let witness = Witness::new(&database, &mut connection).await;
    let scripts = [
        "SELECT E'a'\n'\\''; COMMIT; --';",
        "SET standard_conforming_strings = off;\nSELECT '\\''; COMMIT; --';\nRESET standard_conforming_strings;",
        "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'select 1'; COMMIT;",
        "COMMIT AND CHAIN;\nCOMMIT;",
        "COMMIT; DO $$ BEGIN COMMIT; END $$;",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\nCOMMIT;\nCALL p();",
        "PREPARE c AS SELECT 1; /* /* */ COMMIT; */ COMMIT; --",
        "DELETE FROM canary; COMMIT; SELECT 1 / 0;",
    ];
    for (index, script) in scripts.iter().enumerate() {
        let insert = |what: &str| format!("INSERT INTO canary (what) VALUES ('{what}');");
        let text = format!("{}\n{script}\n{}", insert("before"), insert("after"));
        folder.write(&format!("{}_x.sql", index + 2), &text);
    }
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Findings), "{}", said.err);
    witness.drop(&mut connection).await;
}

/// Runs each of these statements; that one runs at all is the error.
fn attempts(statements: &[String]) -> String {
    let quoted: Vec<String> =
        statements.iter().map(|sql| format!("'{}'", sql.replace('\'', "''"))).collect();
    format!(
        "DO $attempts$
         DECLARE
           statement text;
           state text;
         BEGIN
           FOREACH statement IN ARRAY ARRAY[{}] LOOP
             state := 'none';
             BEGIN
               EXECUTE statement;
             EXCEPTION WHEN OTHERS THEN
               state := SQLSTATE;
             END;
             -- The privilege, the role, the extension or its file is not there; or it may not be in a function.
             IF state NOT IN ('42501', '42704', '0A000', '58P01', '25001') THEN
               RAISE EXCEPTION '%: %', state, statement;
             END IF;
           END LOOP;
         END
         $attempts$;",
        quoted.join(", ")
    )
}

/// Though whoever migrates is one on the target.
async fn nobody_is_a_superuser(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let witness = Witness::new(&database, &mut connection).await;
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("out").display().to_string();
    // One who may write everywhere would.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(dir.path(), open).expect("permissions");
    let superuser = "(SELECT rolname FROM pg_roles WHERE rolsuper)";
    let as_superuser =
        |sql: &str| format!("DO $$ BEGIN EXECUTE format('{sql}', {superuser}); END $$");
    let statements = [
        format!("COPY (SELECT 1) TO PROGRAM 'touch {file}'"),
        format!("COPY (SELECT 1) TO '{file}'"),
        "COPY canary (what) FROM '/etc/passwd'".to_owned(),
        "COPY canary (what) FROM PROGRAM 'id'".to_owned(),
        "CREATE ROLE evil SUPERUSER".to_owned(),
        "ALTER ROLE CURRENT_USER SUPERUSER".to_owned(),
        "GRANT pg_execute_server_program TO CURRENT_USER".to_owned(),
        "GRANT pg_write_server_files TO CURRENT_USER".to_owned(),
        "GRANT pg_read_server_files TO CURRENT_USER".to_owned(),
        "SELECT pg_read_file('/etc/passwd')".to_owned(),
        "SELECT pg_read_binary_file('/etc/passwd')".to_owned(),
        "SELECT pg_ls_dir('/')".to_owned(),
        "SELECT pg_stat_file('/etc/passwd')".to_owned(),
        "SELECT lo_import('/etc/passwd')".to_owned(),
        format!("SELECT lo_export(lo_create(0), '{file}')"),
        format!("LOAD '{file}'"),
        format!("CREATE FUNCTION evil() RETURNS int LANGUAGE c AS '{file}', 'evil'"),
        "CREATE EXTENSION dblink".to_owned(),
        "CREATE EXTENSION file_fdw".to_owned(),
        "CREATE EXTENSION plpython3u".to_owned(),
        "CREATE EVENT TRIGGER evil ON ddl_command_end EXECUTE FUNCTION evil()".to_owned(),
        "SET session_preload_libraries = 'evil'".to_owned(),
        "ALTER ROLE CURRENT_USER SET session_preload_libraries = 'evil'".to_owned(),
        "UPDATE pg_authid SET rolsuper = true".to_owned(),
        "SELECT * FROM pg_authid".to_owned(),
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)"
            .to_owned(),
        "SELECT pg_reload_conf()".to_owned(),
        "CREATE TABLESPACE t LOCATION '/tmp'".to_owned(),
        "ALTER SYSTEM RESET ALL".to_owned(),
        as_superuser("SET SESSION AUTHORIZATION %I"),
        as_superuser("SET ROLE %I"),
        as_superuser("GRANT %I TO CURRENT_USER"),
        as_superuser("ALTER ROLE %I PASSWORD ''x''"),
    ];
    folder.write("2_x.sql", &attempts(&statements));
    // And what a superuser does by privileges alone is done.
    folder.write(
        "3_x.sql",
        "CREATE ROLE reader_on_its_own; GRANT reader_on_its_own TO CURRENT_USER;
         GRANT SELECT ON canary TO reader_on_its_own; CREATE SCHEMA s AUTHORIZATION reader_on_its_own;
         SET ROLE reader_on_its_own; SELECT * FROM canary; RESET ROLE; DROP SCHEMA s;",
    );
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    assert!(!fs::exists(&file).expect("to look"));
    witness.drop(&mut connection).await;
}

async fn a_setting_of_the_system(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let witness = Witness::new(&database, &mut connection).await;
    folder.write("2_x.sql", "-- no-transaction\nALTER SYSTEM SET archive_command = 'touch x';");
    let said = dry_run(&folder, &database, &[]);
    assert!(said.err.contains("SQLSTATE 42501"), "{}", said.err);
    let help = "the user is a superuser on the target, but not here";
    assert!(said.err.contains(help), "{}", said.err);
    witness.drop(&mut connection).await;
}

/// A function that would write a file where there is a server of its own, and whose owner is a superuser there,
/// in every place of a schema that is evaluated sooner or later.
async fn a_hostile_schema(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    fs::set_permissions(dir.path(), open).expect("permissions");
    let file = dir.path().join("out").display().to_string();
    let body = format!(
        "BEGIN
           IF pg_catalog.current_setting('listen_addresses') = '' THEN
             EXECUTE 'COPY (SELECT 1) TO ''{file}''';
           END IF;
           RETURN true;
         EXCEPTION WHEN insufficient_privilege THEN
           RETURN true;
         END"
    );
    let setup = format!(
        "CREATE SCHEMA app;
         CREATE FUNCTION app.write() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $${body}$$;
         -- What is immutable may not do that itself, and may call what does.
         CREATE FUNCTION app.evil(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS
           $$ BEGIN RETURN app.write(); END $$;
         CREATE DOMAIN app.d AS int CHECK (app.evil(VALUE));
         CREATE TABLE app.t (id int PRIMARY KEY, d app.d DEFAULT 1, b boolean DEFAULT app.evil(2),
           g boolean GENERATED ALWAYS AS (app.evil(id)) STORED, CHECK (app.evil(1)));
         CREATE FUNCTION app.of_row(app.t) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT app.evil(1)';
         ALTER TABLE app.t ADD CONSTRAINT c CHECK (app.of_row(t)), ADD CONSTRAINT n CHECK (app.evil(4)) NOT VALID;
         CREATE INDEX ON app.t (app.evil(id)) WHERE app.evil(1);
         CREATE INDEX ON app.t ((app.evil(1)));
         CREATE STATISTICS app.s ON id, d FROM app.t;
         CREATE TABLE app.p (k int) PARTITION BY LIST ((k + 1));
         CREATE TABLE app.p1 PARTITION OF app.p (CHECK (app.evil(k))) FOR VALUES IN (1);
         CREATE VIEW app.v AS SELECT app.evil(3);
         CREATE MATERIALIZED VIEW app.m AS SELECT app.evil(3);
         CREATE RULE r AS ON UPDATE TO app.t DO INSTEAD SELECT app.evil(1);
         CREATE FUNCTION app.tr() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
           $$ BEGIN PERFORM app.evil(1); RETURN NEW; END $$;
         CREATE TRIGGER tr BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.tr();
         ALTER TABLE app.t ENABLE ROW LEVEL SECURITY;
         CREATE POLICY p ON app.t USING (app.evil(id));
         CREATE FUNCTION app.ev() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS
           $$ BEGIN PERFORM app.evil(1); END $$;
         CREATE EVENT TRIGGER of_{name} ON ddl_command_end EXECUTE FUNCTION app.ev();
         CREATE CAST (mood AS boolean) WITH FUNCTION app.of_mood(mood);
         INSERT INTO app.t (id) VALUES (1)",
        name = database.name()
    );
    run(
        &mut connection,
        "CREATE SCHEMA app; CREATE FUNCTION app.of_mood(mood) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
    )
    .await;
    run(&mut connection, &setup.replace("CREATE SCHEMA app;", "")).await;
    folder.write(
        "2_x.sql",
        "CREATE TABLE more (); INSERT INTO app.t (id) VALUES (2); SELECT app.evil(1); SELECT * FROM app.v;
         REFRESH MATERIALIZED VIEW app.m; INSERT INTO app.p VALUES (0);",
    );
    let said = dry_run(&folder, &database, &["--with-data", "app.t"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    assert!(!fs::exists(&file).expect("to look"));
}

/// With which a connection loads a library of this machine, or finds other functions.
async fn hostile_settings(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    let name = database.name();
    folder.write("2_x.sql", "CREATE TABLE t (m mood);");
    run(
        &mut connection,
        &format!(
            "CREATE SCHEMA evil;
             CREATE FUNCTION evil.no(name, name) RETURNS boolean LANGUAGE plpgsql AS
               $$ BEGIN RAISE 'evil is called'; END $$;
             CREATE OPERATOR evil.= (LEFTARG = name, RIGHTARG = name, FUNCTION = evil.no);
             ALTER DATABASE {name} SET session_replication_role = replica;
             ALTER DATABASE {name} SET \"some.thing\" = 'kept';
             ALTER DATABASE {name} SET work_mem = '1234kB'"
        ),
    )
    .await;
    folder.write(
        "2_x.sql",
        "DO $$ BEGIN
           IF current_setting('some.thing') || current_setting('work_mem') <> 'kept1234kB' THEN
             RAISE 'settings are not copied';
           END IF;
         END $$;",
    );
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    let note = "not copied: settings that only a superuser may change: session_replication_role";
    assert!(said.err.contains(note), "{}", said.err);
}

async fn extensions_that_reach_out(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    // Packages of servers differ in what comes with them.
    if try_run(&mut connection, "CREATE EXTENSION dblink").await.is_err() {
        return;
    }
    folder.write("2_x.sql", "CREATE TABLE t ();");
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Failed), "{}", said.err);
    assert!(
        said.err.contains("may access files of this machine or other servers: dblink;"),
        "{}",
        said.err
    );
    run(&mut connection, "CREATE EXTENSION pgcrypto; CREATE EXTENSION tablefunc").await;
    folder.write("2_x.sql", "SELECT gen_salt('bf'); CREATE EXTENSION IF NOT EXISTS dblink;");
    let said = dry_run(&folder, &database, &["--allow-extension", "dblink"]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
}

async fn privileges_that_reach_out(database: Database) {
    let Some((mut connection, folder)) = begin(&database, &[MOOD]).await else { return };
    run(
        &mut connection,
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO PUBLIC;
         GRANT EXECUTE ON FUNCTION pg_catalog.lo_import(text) TO PUBLIC;
         GRANT SELECT ON pg_catalog.pg_authid TO PUBLIC",
    )
    .await;
    let statements = [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT * FROM pg_authid",
    ];
    folder.write("2_x.sql", &attempts(&statements.map(str::to_owned)));
    let said = dry_run(&folder, &database, &[]);
    assert!(matches!(said.status, Status::Clean), "{}", said.err);
    let note = "not copied: privileges on system functions and tables";
    assert!(said.err.contains(note), "{}", said.err);
}
