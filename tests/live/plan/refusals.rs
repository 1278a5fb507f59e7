//! What a step says when it can neither be taken nor has been.

use pg_enum_core::plan::{plan, plan_drop};
use pg_enum_core::{Definition, Former, Renamed};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{downs, planned, recorded, run_all, ups};
use crate::harness::{labels, refused, run, tests, types};

tests![
    a_missing_anchor,
    a_renamed_label_that_is_not_there,
    both_the_old_label_and_the_new,
    no_type_at_all,
    no_enum_of_that_name,
    neither_of_two_names,
    both_of_two_names,
    a_schema_that_is_not_there,
    a_way_back_past_its_start,
    a_dropped_type_comes_back,
    a_dropped_type_in_use,
    without_a_schema,
    leaves_the_search_path_as_it_was,
    an_array_type_makes_way,
    moves_nothing_within_one_schema,
];

const MOOD: Definition<'_> = Definition::new("mood", &["sad", "so-so", "ok"]).in_schema("public");

async fn one(connection: &mut PgConnection, made: &str, sql: &str, code: &str, message: &str) {
    run(connection, "BEGIN").await;
    run(connection, made).await;
    let refusal = refused(connection, sql).await;
    assert_eq!((&*refusal.code, &*refusal.message), (code, message), "{made}\n{sql}");
    run(connection, "ROLLBACK").await;
}

async fn a_missing_anchor(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [add] = &ups(&planned(&["sad", "ok"], MOOD))[..] else { panic!() };
    assert_eq!(add, "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'so-so' AFTER 'sad';\n");
    let made = "CREATE TYPE mood AS ENUM ('ok', 'fine')";
    one(&mut connection, made, add, "22023", r#""sad" is not an existing enum label"#).await;
}

const RENAMED: Definition<'_> = Definition::new("mood", &["unhappy", "ok"])
    .in_schema("public")
    .with_renamed(&[Renamed { label: "unhappy", was: "sad" }]);

async fn a_renamed_label_that_is_not_there(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [rename] = &ups(&planned(&["sad", "ok"], RENAMED))[..] else { panic!() };
    one(
        &mut connection,
        "CREATE TYPE mood AS ENUM ('Sad', 'ok')",
        rename,
        "22P02",
        "invalid input value for enum mood: \"unhappy\"",
    )
    .await;
}

async fn both_the_old_label_and_the_new(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [rename] = &ups(&planned(&["sad", "ok"], RENAMED))[..] else { panic!() };
    one(
        &mut connection,
        "CREATE TYPE mood AS ENUM ('sad', 'unhappy')",
        rename,
        "42710",
        "enum label \"unhappy\" already exists",
    )
    .await;
}

async fn no_type_at_all(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for definition in [MOOD, RENAMED] {
        let [step] = &ups(&planned(&["sad", "ok"], definition))[..] else { panic!() };
        let message = "type \"public.mood\" does not exist";
        one(&mut connection, "SELECT 1", step, "42704", message).await;
    }
}

async fn no_enum_of_that_name(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for made in [
        "CREATE TABLE mood ()",
        "CREATE DOMAIN mood AS text",
        "CREATE TYPE m AS ENUM ('sad'); CREATE DOMAIN mood AS m",
        "CREATE TYPE mood AS (a int)",
    ] {
        let [add] = &ups(&planned(&["sad", "ok"], MOOD))[..] else { panic!() };
        one(&mut connection, made, add, "42809", "mood is not an enum").await;
        let renamed = Definition::new("feeling", &["sad", "ok"])
            .in_schema("public")
            .with_was(Former { schema: None, name: "mood" });
        let [rename] = &ups(&planned(&["sad", "ok"], renamed))[..] else { panic!() };
        one(
            &mut connection,
            made,
            rename,
            "42809",
            "cannot rename enum type public.mood: it is not an enum",
        )
        .await;
        run(&mut connection, &format!("BEGIN; {made}")).await;
        run_all(&mut connection, &downs(&planned(&["sad", "ok"], MOOD))).await;
        run(&mut connection, "ROLLBACK").await;
    }
}

const MOVED: Definition<'_> = Definition::new("Feeling", &["sad"])
    .in_schema("app")
    .with_was(Former { schema: Some("public"), name: "mood" });

async fn neither_of_two_names(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [move_it, rename] = &ups(&planned(&["sad"], MOVED))[..] else { panic!() };
    let schema = "CREATE SCHEMA app";
    let message = "type \"public.mood\" does not exist";
    one(&mut connection, schema, move_it, "42704", message).await;
    let message = "type \"app.mood\" does not exist";
    one(&mut connection, schema, rename, "42704", message).await;
}

async fn both_of_two_names(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [move_it, rename] = &ups(&planned(&["sad"], MOVED))[..] else { panic!() };
    let made = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM (); CREATE TYPE app.mood AS ENUM (); \
                CREATE TYPE app.\"Feeling\" AS ENUM ()";
    let message = "type \"mood\" already exists in schema \"app\"";
    one(&mut connection, made, move_it, "42710", message).await;
    let message = "type \"Feeling\" already exists";
    one(&mut connection, made, rename, "42710", message).await;
}

async fn a_schema_that_is_not_there(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [move_it, _] = &ups(&planned(&["sad"], MOVED))[..] else { panic!() };
    let made = "CREATE TYPE mood AS ENUM ('sad')";
    one(&mut connection, made, move_it, "3F000", "schema \"app\" does not exist").await;
}

/// The way back starts from what the way there has made.
async fn a_way_back_past_its_start(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [back] = &downs(&planned(&["sad", "ok"], RENAMED))[..] else { panic!() };
    one(
        &mut connection,
        "CREATE TYPE mood AS ENUM ('ok')",
        back,
        "22P02",
        "invalid input value for enum mood: \"sad\"",
    )
    .await;
}

async fn a_dropped_type_comes_back(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let hostile = ["it's", r"back\slash", "$pg_enum$", "%s"];
    let gone = plan_drop(&recorded("public", "mood", &hostile));
    run(&mut connection, &MOOD.create_sql().to_string()).await;
    for _ in 0..2 {
        run_all(&mut connection, &ups(&gone)).await;
        assert_eq!(types(&mut connection, "public", "mood").await, 0);
    }
    for _ in 0..2 {
        run_all(&mut connection, &downs(&gone)).await;
        assert_eq!(labels(&mut connection, "public", "mood").await, hostile);
    }
}

async fn a_dropped_type_in_use(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let gone = plan_drop(&recorded("public", "mood", &["sad"]));
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE t (m mood)").await;
    assert_eq!(refused(&mut connection, &ups(&gone)[0]).await.code, "2BP01");
}

async fn without_a_schema(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let feeling = Definition::new("feeling", &["unhappy", "so-so"])
        .with_was(Former { schema: None, name: "mood" })
        .with_renamed(&[Renamed { label: "unhappy", was: "sad" }]);
    let plan = planned(&["sad"], feeling);
    run(&mut connection, "CREATE SCHEMA app; SET search_path = nowhere, app, public").await;
    run(
        &mut connection,
        "CREATE TYPE app.mood AS ENUM ('sad'); CREATE TYPE public.mood AS ENUM ('sad')",
    )
    .await;
    for _ in 0..2 {
        run_all(&mut connection, &ups(&plan)).await;
        assert_eq!(labels(&mut connection, "app", "feeling").await, feeling.labels);
        assert_eq!(labels(&mut connection, "public", "mood").await, ["sad"]);
        run_all(&mut connection, &downs(&plan)).await;
        assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "so-so"]);
    }
    // As any other statement does, it finds the type further down.
    run(&mut connection, "DROP TYPE app.mood").await;
    run_all(&mut connection, &ups(&plan)).await;
    assert_eq!(labels(&mut connection, "public", "feeling").await, feeling.labels);

    run(&mut connection, "SET search_path = ''").await;
    for statement in ups(&plan) {
        let refusal = refused(&mut connection, &statement).await;
        assert_eq!(refusal.code, "42704", "{}", refusal.message);
    }
}

async fn leaves_the_search_path_as_it_was(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('sad')").await;
    let renamed = [Renamed { label: "unhappy", was: "sad" }];
    let mut definition = MOVED.with_renamed(&renamed);
    definition.labels = &["first", "unhappy", "last"];
    let plan = planned(&["sad"], definition);
    run(&mut connection, "BEGIN; SET LOCAL search_path = \"Odd\", public").await;
    run(&mut connection, "SET LOCAL row_security = on").await;
    for statement in [ups(&plan), ups(&plan), downs(&plan), downs(&plan)].iter().flatten() {
        run(&mut connection, statement).await;
        let settings: String = sqlx::query_scalar(
            "SELECT current_setting('search_path') || ' ' || current_setting('row_security')",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap();
        assert_eq!(settings, "\"Odd\", public on", "{statement}");
    }
}

/// As it does when a type is created.
async fn an_array_type_makes_way(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE feeling AS ENUM ('x')")
        .await;
    let renamed = Definition::new("_feeling", &["sad"])
        .in_schema("public")
        .with_was(Former { schema: None, name: "mood" });
    let plan = planned(&["sad"], renamed);
    for _ in 0..2 {
        run_all(&mut connection, &ups(&plan)).await;
        assert_eq!(labels(&mut connection, "public", "_feeling").await, ["sad"]);
    }
    for _ in 0..2 {
        run_all(&mut connection, &downs(&plan)).await;
        assert_eq!(labels(&mut connection, "public", "mood").await, ["sad"]);
    }
}

/// Where only `search_path` knows that the two schemas are one.
async fn moves_nothing_within_one_schema(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad')").await;
    let same =
        Definition::new("mood", &["sad"]).with_was(Former { schema: Some("public"), name: "mood" });
    let plan = plan(Some(&recorded("public", "mood", &["sad"])), same).unwrap();
    assert_eq!(plan.steps.len(), 1);
    run_all(&mut connection, &ups(&plan)).await;
    run_all(&mut connection, &downs(&plan)).await;
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad"]);
}
