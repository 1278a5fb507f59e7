//! What the migrations do not say is not lost.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use std::fmt::Write;

use expect_test::expect;
use pg_enum_test_server::Database;

use super::super::cases::{contents, dump, pg_dump};
use super::super::{same, start};
use super::{generated, package, send};
use crate::harness::{run, tests};

tests![
    what_the_migrations_do_not_say_is_not_lost,
    rows_are_counted_when_it_runs,
    two_types_and_added_labels,
];

/// The type, and a table with all that can be planned.
const TABLE: &str = "CREATE TABLE app.t (id int, m app.mood DEFAULT 'ok', ms app.mood[], CONSTRAINT c CHECK (m <> 'ok' OR id > 0));
    CREATE INDEX p ON app.t (id) WHERE m = 'ok'";

#[expect(clippy::too_many_lines, reason = "one line for each state")]
async fn what_the_migrations_do_not_say_is_not_lost(database: Database) {
    let Some(pg_dump) = pg_dump(&database).await else { return };
    let create = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok')";
    let source = "#[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"snake_case\")] pub enum Mood { Ok, Sad }";
    let [up, _] = generated(&package(source, &[create, TABLE])).expect("a plan");
    let mut connection = database.connect().await.unwrap();
    let connection = &mut connection;
    let me = sqlx::query_scalar::<_, String>("SELECT current_user::text").persistent(false);
    let me = me.fetch_one(&mut *connection).await.expect("a name");
    let mut said = String::new();
    for hostile in [
        "GRANT USAGE ON TYPE app.mood TO reader_of_swaps",
        "REVOKE USAGE ON TYPE app.mood FROM PUBLIC",
        "COMMENT ON TYPE app.mood IS 'a comment'",
        "ALTER TYPE app.mood OWNER TO owner_of_swaps",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO reader_of_swaps",
        "CREATE VIEW app.v AS SELECT m FROM app.t",
        "CREATE VIEW app.v AS SELECT id FROM app.t WHERE m IS NOT NULL",
        "CREATE FUNCTION app.f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE DOMAIN app.d AS app.mood",
        "CREATE TABLE app.u (m app.mood)",
        "ALTER TABLE app.t ADD COLUMN n app.mood",
        "ALTER TABLE app.t DROP COLUMN ms",
        "ALTER TABLE app.t ALTER COLUMN m SET DEFAULT 'sad'",
        "ALTER TABLE app.t ALTER COLUMN ms SET STORAGE EXTERNAL",
        "COMMENT ON INDEX app.p IS 'a comment'",
        "COMMENT ON CONSTRAINT c ON app.t IS 'a comment'",
        "ALTER TABLE app.t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (m <> 'sad' OR id > 0)",
        "DROP INDEX app.p; CREATE INDEX p ON app.t (id DESC) WHERE m = 'ok'",
        "CREATE INDEX q ON app.t (m) WHERE m = 'ok'",
        "CREATE POLICY p ON app.t USING (m = 'ok')",
        "CREATE TRIGGER g BEFORE UPDATE OF m ON app.t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ] {
        run(connection, &start(&["sad", "ok"], "mood")).await;
        run(connection, TABLE).await;
        run(connection, "INSERT INTO app.t VALUES (1, 'sad', '{ok,NULL}')").await;
        run(connection, hostile).await;
        let before = (dump(&pg_dump, &database).unwrap(), contents(connection).await);
        let error = send(connection, &up).await.expect_err(hostile);
        let found = (dump(&pg_dump, &database).unwrap(), contents(connection).await);
        assert_eq!(same(&before.0, &found.0).and(same(&before.1, &found.1)), Ok(()), "{hostile}");
        run(connection, "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM reader_of_swaps").await;
        let error = error.as_database_error().expect("an error of the server's");
        let message = error.message().replace(&me, "me");
        let _ = writeln!(said, "{hostile}\n  {} {message}", error.code().unwrap());
    }
    expect![[r#"
        GRANT USAGE ON TYPE app.mood TO reader_of_swaps
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: the type itself; only here: the type itself privileges {=U/me,me=U/me,reader_of_swaps=U/me}): plan it again for this database
        REVOKE USAGE ON TYPE app.mood FROM PUBLIC
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: the type itself; only here: the type itself privileges {me=U/me}): plan it again for this database
        COMMENT ON TYPE app.mood IS 'a comment'
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: the type itself; only here: the type itself a comment): plan it again for this database
        ALTER TYPE app.mood OWNER TO owner_of_swaps
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: the type itself; only here: the type itself owner_of_swaps): plan it again for this database
        ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO reader_of_swaps
          55000 other objects depend on enum type app.mood than this change was planned for (only here: default privileges of me): plan it again for this database
        CREATE VIEW app.v AS SELECT m FROM app.t
          55000 other objects depend on enum type app.mood than this change was planned for (only here: view column app.v.m): plan it again for this database
        CREATE VIEW app.v AS SELECT id FROM app.t WHERE m IS NOT NULL
          0A000 cannot alter type of a column used by a view or rule
        CREATE FUNCTION app.f(app.mood) RETURNS int LANGUAGE sql AS 'SELECT 1'
          55000 other objects depend on enum type app.mood than this change was planned for (only here: function app.f(app.mood)): plan it again for this database
        CREATE DOMAIN app.d AS app.mood
          55000 other objects depend on enum type app.mood than this change was planned for (only here: type app.d): plan it again for this database
        CREATE TABLE app.u (m app.mood)
          55000 other objects depend on enum type app.mood than this change was planned for (only here: table column app.u.m): plan it again for this database
        ALTER TABLE app.t ADD COLUMN n app.mood
          55000 other objects depend on enum type app.mood than this change was planned for (only here: table column app.t.n): plan it again for this database
        ALTER TABLE app.t DROP COLUMN ms
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: table column app.t.ms): plan it again for this database
        ALTER TABLE app.t ALTER COLUMN m SET DEFAULT 'sad'
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: default value for app.t.m 'ok'::app.mood; only here: default value for app.t.m 'sad'::app.mood): plan it again for this database
        ALTER TABLE app.t ALTER COLUMN ms SET STORAGE EXTERNAL
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: table column app.t.ms; only here: table column app.t.ms storage e): plan it again for this database
        COMMENT ON INDEX app.p IS 'a comment'
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: index app.p CREATE INDEX p ON app.t USING btree (id) WHERE (m = 'ok'::app.mood); only here: index app.p CREATE INDEX p ON app.t USING btree (id) WHERE (m = 'ok'::app.mood) a comment): plan it again for this database
        COMMENT ON CONSTRAINT c ON app.t IS 'a comment'
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: table constraint c on app.t CHECK (((m <> 'ok'::app.mood) OR (id > 0))); only here: table constraint c on app.t CHECK (((m <> 'ok'::app.mood) OR (id > 0))) a comment): plan it again for this database
        ALTER TABLE app.t DROP CONSTRAINT c, ADD CONSTRAINT c CHECK (m <> 'sad' OR id > 0)
          55000 other objects depend on enum type app.mood than this change was planned for (only in the plan: table constraint c on app.t CHECK (((m <> 'ok'::app.mood) OR (id > 0))); only here: table constraint c on app.t CHECK (((m <> 'sad'::app.mood) OR (id > 0)))): plan it again for this database
        DROP INDEX app.p; CREATE INDEX p ON app.t (id DESC) WHERE m = 'ok'
          55000 other objects depend on enum type app.mood than this change was planned for (only here: index app.p CREATE INDEX p ON app.t USING btree (id DESC) WHERE (m = 'ok'::app.mood); only in the plan: index app.p CREATE INDEX p ON app.t USING btree (id) WHERE (m = 'ok'::app.mood)): plan it again for this database
        CREATE INDEX q ON app.t (m) WHERE m = 'ok'
          55000 other objects depend on enum type app.mood than this change was planned for (only here: index app.q CREATE INDEX q ON app.t USING btree (m) WHERE (m = 'ok'::app.mood)): plan it again for this database
        CREATE POLICY p ON app.t USING (m = 'ok')
          55000 other objects depend on enum type app.mood than this change was planned for (only here: policy p on app.t): plan it again for this database
        CREATE TRIGGER g BEFORE UPDATE OF m ON app.t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()
          0A000 cannot alter type of a column used in a trigger definition
    "#]].assert_eq(&said);

    // What the server converts itself need not be known.
    run(connection, &start(&["sad", "ok"], "mood")).await;
    run(connection, TABLE).await;
    let more = "CREATE INDEX plain ON app.t (m, id); CREATE UNIQUE INDEX other ON app.t (id) WHERE m IS NOT NULL;
        ALTER TABLE app.t ADD CHECK (m IS NOT NULL), ALTER COLUMN m SET NOT NULL; GRANT SELECT (m) ON app.t TO reader_of_swaps;
        COMMENT ON COLUMN app.t.m IS 'm'";
    run(connection, more).await;
    let before = dump(&pg_dump, &database).unwrap();
    send(connection, &up).await.expect("nothing of this is lost");
    let after = dump(&pg_dump, &database).unwrap();
    let more = |these: &str, those: &str| -> Vec<String> {
        let those: Vec<&str> = those.lines().collect();
        these.lines().filter(|line| !those.contains(line)).map(str::to_owned).collect()
    };
    assert_eq!(more(&before, &after), ["    'sad',", "    'ok'"]);
    assert_eq!(more(&after, &before), ["    'ok',", "    'sad'"]);
}

async fn rows_are_counted_when_it_runs(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let connection = &mut connection;
    let table = "CREATE TABLE app.t (m app.mood, ms app.mood[])";
    let create = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('ok', 'x', 'y')";
    let source = "#[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"snake_case\")] pub enum Mood { Ok }";
    let [up, _] = generated(&package(source, &[create, table])).expect("a plan");
    run(connection, &start(&["ok", "x", "y"], "mood")).await;
    run(connection, table).await;
    run(connection, "INSERT INTO app.t VALUES ('x', '{ok}'), ('y', '{y,NULL,ok}'), ('x', NULL)")
        .await;
    let error = send(connection, &up).await.expect_err("rows hold the labels");
    let error = error.as_database_error().expect("an error of the server's").message();
    expect!["rows hold labels that this change removes from enum type app.mood (column m of table app.t: 3; column ms of table app.t: 1): update these rows, or plan again with a replacement for each label"].assert_eq(error);
    run(connection, "UPDATE app.t SET m = 'ok', ms = NULL").await;
    send(connection, &up).await.expect("no row holds them");
    assert_eq!(crate::harness::labels(connection, "app", "mood").await, ["ok"]);
}

async fn two_types_and_added_labels(database: Database) {
    let Some(pg_dump) = pg_dump(&database).await else { return };
    let mut connection = database.connect().await.unwrap();
    let connection = &mut connection;
    let create = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok'); CREATE TYPE app.size AS ENUM ('s', 'm', 'l')";
    let table = "CREATE TABLE app.t (m app.mood DEFAULT 'ok', s app.size DEFAULT 'l', CONSTRAINT c CHECK (m <> 'sad'))";
    let source = "
        #[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"snake_case\")] pub enum Mood { Ok, Sad }
        #[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"snake_case\", removed(\"l\" => M))] pub enum Size { M, S }";
    let [up, _] = generated(&package(source, &[create, table])).expect("a plan");
    run(connection, create).await;
    run(connection, table).await;
    run(connection, "INSERT INTO app.t VALUES ('ok', 'l')").await;
    for _ in 0..2 {
        send(connection, &up).await.expect("it runs");
        assert_eq!(contents(connection).await.lines().nth(1), Some("    \"(ok,m)\","));
    }

    // An added label is taken away again.
    let source = "#[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"snake_case\")] pub enum Mood { Sad, Ok, New }";
    let package =
        package(source, &[start(&["sad", "ok"], "mood").rsplit_once("; ").unwrap().1, TABLE]);
    package.write("migrations/0000_s.up.sql", "CREATE SCHEMA app");
    package.write("migrations/0000_s.down.sql", "");
    let said = package.said(None, &["generate", "--down", "swap"]);
    let of = |end: &str| said.lines().find(|line| line.ends_with(end)).map(|it| package.read(it));
    let (up, down) = (of(".up.sql").expect(&said), of(".down.sql").expect(&said));
    run(connection, &start(&["sad", "ok"], "mood")).await;
    run(connection, TABLE).await;
    let before = dump(&pg_dump, &database).unwrap();
    for _ in 0..2 {
        send(connection, &up).await.expect("it runs");
        assert_eq!(crate::harness::labels(connection, "app", "mood").await, ["sad", "ok", "new"]);
        send(connection, &down).await.expect("it runs");
        assert_eq!(same(&before, &dump(&pg_dump, &database).unwrap()), Ok(()));
    }
}
