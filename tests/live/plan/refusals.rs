//! What a step says when it can neither be taken nor has been.

use pg_enum_core::plan::{plan, plan_drop};
use pg_enum_core::{Definition, Former, Renamed};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{downs, planned, recorded, run_all, ups};
use crate::harness::{labels, refused, run, tests, types};

tests![
    a_missing_anchor,
    a_label_on_the_other_side,
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
    for made in
        ["CREATE TYPE mood AS ENUM ('ok', 'fine')", "CREATE TYPE mood AS ENUM ('ok', 'so-so')"]
    {
        let there = if made.contains("fine") { "{ok,fine}" } else { "{ok,so-so}" };
        one(
            &mut connection,
            made,
            add,
            "55000",
            &format!(
                "cannot add value 'so-so' to enum type public.mood after 'sad': it has no such label \
                 to add it after; run the migration that adds that one, before this one \
                 (its labels: {there})"
            ),
        )
        .await;
    }
}

async fn a_label_on_the_other_side(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [add] = &ups(&planned(&["sad", "ok"], MOOD))[..] else { panic!() };
    one(
        &mut connection,
        "CREATE TYPE mood AS ENUM ('so-so', 'sad', 'ok')",
        add,
        "55000",
        "cannot add value 'so-so' to enum type public.mood after 'sad': it is there, on the other \
         side; no ALTER TYPE moves a label: reorder the variants, or replace the type \
         (its labels: {so-so,sad,ok})",
    )
    .await;
    // What later migrations have added in between is theirs.
    run(&mut connection, "CREATE TYPE mood AS ENUM ('sad', 'later', 'so-so')").await;
    run(&mut connection, add).await;
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
        "55000",
        "cannot rename value 'sad' of enum type public.mood to 'unhappy': it has neither; \
         run the migration that adds the first, before this one (its labels: {Sad,ok})",
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
        "cannot rename value 'sad' of enum type public.mood to 'unhappy': it has both; \
         update the rows that hold the first, and replace the type (its labels: {sad,unhappy})",
    )
    .await;
}

async fn no_type_at_all(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for (definition, what) in [
        (MOOD, "add value 'so-so' to enum type public.mood after 'sad'"),
        (RENAMED, "rename value 'sad' of enum type public.mood to 'unhappy'"),
    ] {
        let [step] = &ups(&planned(&["sad", "ok"], definition))[..] else { panic!() };
        let message = format!(
            "cannot {what}: there is no such type; run the migration that creates it, before this one"
        );
        one(&mut connection, "SELECT 1", step, "42704", &message).await;
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
        one(
            &mut connection,
            made,
            add,
            "42809",
            "cannot add value 'so-so' to enum type public.mood after 'sad': \
             what has the name is no enum; rename one of the two",
        )
        .await;
        let renamed = Definition::new("feeling", &["sad", "ok"])
            .in_schema("public")
            .with_was(Former { schema: None, name: "mood" });
        let [rename] = &ups(&planned(&["sad", "ok"], renamed))[..] else { panic!() };
        one(
            &mut connection,
            made,
            rename,
            "42809",
            "cannot rename enum type public.mood to public.feeling: \
             what has the name public.mood is no enum; rename one of the two",
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
    let rest = "neither is there; run the migration that creates it first";
    let message = format!("cannot rename enum type public.mood to app.mood: {rest}");
    one(&mut connection, schema, move_it, "42704", &message).await;
    let message = format!("cannot rename enum type app.mood to app.\"Feeling\": {rest}");
    one(&mut connection, schema, rename, "42704", &message).await;
}

async fn both_of_two_names(database: Database) {
    let mut connection = database.connect().await.unwrap();
    let [move_it, rename] = &ups(&planned(&["sad"], MOVED))[..] else { panic!() };
    let made = "CREATE SCHEMA app; CREATE TYPE mood AS ENUM (); CREATE TYPE app.mood AS ENUM (); \
                CREATE TYPE app.\"Feeling\" AS ENUM ()";
    let rest = "both are there; drop the one that is left over, or rename it";
    let message = format!("cannot rename enum type public.mood to app.mood: {rest}");
    one(&mut connection, made, move_it, "42710", &message).await;
    let message = format!("cannot rename enum type app.mood to app.\"Feeling\": {rest}");
    one(&mut connection, made, rename, "42710", &message).await;
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
        "55000",
        "cannot rename value 'unhappy' of enum type public.mood to 'sad': it has neither; \
         run the migration that adds the first, before this one (its labels: {ok})",
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
    run(&mut connection, "CREATE TYPE public.mood AS ENUM ('sad')").await;
    let refusal = refused(&mut connection, &ups(&plan)[0]).await;
    assert_eq!(
        refusal.message,
        "cannot rename enum type app.mood to app.feeling: neither is there; \
         run the migration that creates it first"
    );
    run(&mut connection, "CREATE TYPE app.mood AS ENUM ('sad')").await;
    run_all(&mut connection, &ups(&plan)).await;
    assert_eq!(labels(&mut connection, "app", "feeling").await, feeling.labels);
    assert_eq!(labels(&mut connection, "public", "mood").await, ["sad"]);
    run_all(&mut connection, &downs(&plan)).await;
    assert_eq!(labels(&mut connection, "app", "mood").await, ["sad", "so-so"]);

    run(&mut connection, "SET search_path = ''").await;
    for statement in ups(&plan) {
        let refusal = refused(&mut connection, &statement).await;
        assert_eq!(
            (&*refusal.code, &*refusal.message),
            (
                "3F000",
                "search_path names no schema that exists, so there is none to look for the enum type \
                 in; set search_path, or give the enum a schema"
            )
        );
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
