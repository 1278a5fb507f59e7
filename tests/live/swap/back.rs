//! The way back from a replaced type, and from an added label.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

use expect_test::expect;
use pg_enum_core::{Definition, Removed, Renamed};
use pg_enum_test_server::Database;

use super::planned;
use crate::harness::{labels, refused, run, tests};
use crate::runtime::Package;

tests![
    rows_with_newer_labels_are_refused,
    other_dependents_are_refused,
    a_label_that_replaces_several_has_no_way_back,
    an_added_label_is_removed_on_request,
];

const START: &str = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy');
    CREATE TABLE app.t (m app.mood DEFAULT 'ok', list app.mood[] NOT NULL DEFAULT '{sad,ok}');
    CREATE VIEW app.v AS SELECT m FROM app.t WHERE m <> 'ok' AND m <> 'sad'; INSERT INTO app.t VALUES ('ok'), ('happy')";

const RENAMED: &[Renamed<'_>] = &[Renamed { label: "fine", was: "ok" }];

async fn rows_with_newer_labels_are_refused(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let new = ["happy", "new", "fine", "sad"];
    let definition = Definition::new("mood", &new).in_schema("app").with_renamed(RENAMED);
    let plan = planned(&mut connection, definition).await.unwrap();
    run(&mut connection, &plan.steps[0].up_sql().to_string()).await;
    run(
        &mut connection,
        "INSERT INTO app.t VALUES ('new', '{{new,fine},{sad,new}}'), ('new', '{}')",
    )
    .await;
    let down = plan.steps[0].down_sql().to_string();
    let refusal = refused(&mut connection, &down).await;
    assert_eq!(refusal.code, "55000");
    expect!["rows hold labels that enum type app.mood did not have before the change (column list of table app.t: 1; column m of table app.t: 2): update these rows first"]
        .assert_eq(&refusal.message);
    assert_eq!(labels(&mut connection, "app", "mood").await, new);
    run(&mut connection, "DELETE FROM app.t WHERE m = 'new'").await;
    run(&mut connection, &down).await;
    run(&mut connection, &down).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok", "happy"]);
}

async fn other_dependents_are_refused(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let definition = Definition::new("mood", &["happy", "fine", "sad"]).in_schema("app");
    let plan = planned(&mut connection, definition.with_renamed(RENAMED)).await.unwrap();
    run(&mut connection, &plan.steps[0].up_sql().to_string()).await;
    run(&mut connection, "CREATE VIEW app.w AS SELECT m FROM app.v").await;
    let down = plan.steps[0].down_sql().to_string();
    let refusal = refused(&mut connection, &down).await;
    assert!(refusal.message.contains("only here: view app.w"), "{}", refusal.message);
    // What contains a renamed label has another definition by then, so it is compared by name.
    run(&mut connection, "DROP VIEW app.w").await;
    run(&mut connection, &down).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok", "happy"]);
}

async fn a_label_that_replaces_several_has_no_way_back(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, START).await;
    let removed = [Removed { label: "ok", replacement: Some("sad") }];
    let definition = Definition::new("mood", &["happy", "sad"]).in_schema("app");
    run(&mut connection, "DROP VIEW app.v").await;
    let plan = planned(&mut connection, definition.with_removed(&removed)).await.unwrap();
    let down = plan.steps[0].down_sql().to_string();
    expect![[r#"
        -- There is no exact way back: restore a backup, or write here what becomes of the rows.
        DO $pg_enum$ BEGIN
          RAISE EXCEPTION 'cannot go back to the former labels of enum type app.mood: %',
            'rows that held ''ok'' hold values now that other rows hold too'
            USING ERRCODE = '0A000';
        END $pg_enum$;
    "#]]
    .assert_eq(&down);
    assert_eq!(refused(&mut connection, &down).await.code, "0A000");
    // A label that is there for it alone says what there was.
    let removed = [Removed { label: "ok", replacement: Some("fine") }];
    let definition = Definition::new("mood", &["happy", "fine", "sad"]).in_schema("app");
    let plan = planned(&mut connection, definition.with_removed(&removed)).await.unwrap();
    run(&mut connection, &plan.steps[0].up_sql().to_string()).await;
    run(&mut connection, &plan.steps[0].down_sql().to_string()).await;
    let rows = "SELECT string_agg(t::text, ' ' ORDER BY m) FROM app.t";
    let rows: String =
        sqlx::query_scalar(rows).persistent(false).fetch_one(&mut connection).await.unwrap();
    assert_eq!(rows, r#"(ok,"{sad,ok}") (happy,"{sad,ok}")"#);
}

async fn an_added_label_is_removed_on_request(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let package = Package::new(
        "#[derive(PgEnum)] #[pg_enum(schema = \"app\", rename_all = \"lowercase\")]
         pub enum Mood { Sad, #[pg_enum(was = \"ok\")] Fine, Happy, New }",
    );
    package.write("migrations/0001_start.up.sql", START);
    package.write("migrations/0001_start.down.sql", "DROP SCHEMA app CASCADE;");
    let generate = ["generate", "--tool", "sqlx", "--down", "swap"];
    package.check(
        None,
        &generate,
        &expect![[r#"
            Failed
            ---
            error: the labels that are added to app.mood cannot be removed again: cannot plan app.mood: view app.v may contain the label 'ok', which the migration renames or removes (migrations/0001_start.up.sql:3): run `cargo pg-enum generate --database-url URL`, which reads from a database what depends on the type
            help: leave out --down swap, and the labels stay on the way back
        "#]],
    );
    run(&mut connection, START).await;
    let said = package.said(Some(&database), &generate);
    assert!(said.starts_with("Clean\nmigrations/0002_"), "{said}");
    let name = "migrations/0002_rename_value_ok_of_app_mood_to_fine_and_1_more";
    let (up, down) = (format!("{name}.up.sql"), format!("{name}.down.sql"));
    let (up, down) = (package.read(&up), package.read(&down));
    let (header, _) = down.split_once("DO $pg_enum$").unwrap();
    expect![[r#"
        -- replace type app.mood without 'new'
        --   locks: ACCESS EXCLUSIVE on table app.t, view app.v, type app.mood
        --   rewrites: table app.t (16 kB, number of rows unknown without ANALYZE)
        --   loses: 'new', which no row may hold
        --   clients: statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a
        --     connection until it is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT
        --   waits: at most 5s for each lock. After the error 55P03 nothing has changed: run it again at a
        --     quieter time
    "#]].assert_eq(header);
    let dump = "SELECT pg_get_viewdef('app.v') || string_agg(pg_get_expr(adbin, adrelid), ' ' ORDER BY adnum) FROM pg_attrdef
        WHERE adrelid = 'app.t'::regclass";
    let before: String =
        sqlx::query_scalar(dump).persistent(false).fetch_one(&mut connection).await.unwrap();
    run(&mut connection, &up).await;
    run(&mut connection, "INSERT INTO app.t VALUES ('new')").await;
    let refusal = refused(&mut connection, &down).await;
    assert!(refusal.message.contains("column m of table app.t: 1"), "{}", refusal.message);
    run(&mut connection, "DELETE FROM app.t WHERE m = 'new'").await;
    run(&mut connection, &down).await;
    run(&mut connection, &down).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "ok", "happy"]);
    let after: String =
        sqlx::query_scalar(dump).persistent(false).fetch_one(&mut connection).await.unwrap();
    assert_eq!(after, before);
}
