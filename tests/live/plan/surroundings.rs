//! Whatever the session's settings are, and whoever is ahead of `pg_catalog`.

use pg_enum_core::plan::Plan;
use pg_enum_core::{Definition, Former, Renamed};
use pg_enum_test_server::Database;
use sqlx::PgConnection;

use super::{downs, planned, run_all, ups};
use crate::create::{HOSTILE, HOSTILE_FUNCTIONS};
use crate::harness::{labels, run, tests};

tests![sees_through_a_hostile_search_path, reads_the_same_under_hostile_settings];

const OLD: &[&str] = &[r"a\b", "ok"];

const NEW: &[&str] = &[r"\'; --", "it's", "ok", "$pg_enum$"];

fn plan() -> Plan {
    let renamed = [Renamed { label: "it's", was: r"a\b" }];
    let definition = Definition::new(r"f\eeling", NEW)
        .in_schema("app")
        .with_was(Former { schema: Some("public"), name: "mood" })
        .with_renamed(&renamed);
    planned(OLD, definition)
}

async fn there_and_back(connection: &mut PgConnection, set: &str) {
    run(connection, "CREATE SCHEMA app; CREATE TABLE public.t ()").await;
    run(connection, r"CREATE TYPE public.mood AS ENUM (E'a\\b', 'ok')").await;
    run(connection, "ALTER TABLE t ADD m mood, ADD ms mood[]").await;
    run(connection, r"INSERT INTO t VALUES (E'a\\b', ARRAY[E'a\\b']::mood[])").await;
    for _ in 0..2 {
        run(connection, set).await;
        run_all(connection, &ups(&plan())).await;
        run_all(connection, &ups(&plan())).await;
        run(connection, "RESET ALL").await;
        assert_eq!(labels(connection, "app", r"f\eeling").await, NEW, "{set}");
        run(connection, set).await;
        run_all(connection, &downs(&plan())).await;
        run_all(connection, &downs(&plan())).await;
        run(connection, "RESET ALL").await;
        assert_eq!(labels(connection, "public", "mood").await.len(), 4);
    }
    run(connection, "DROP TABLE t; DROP TYPE mood; DROP SCHEMA app").await;
}

async fn sees_through_a_hostile_search_path(database: Database) {
    let mut connection = database.connect().await.unwrap();
    run(&mut connection, HOSTILE).await;
    for function in HOSTILE_FUNCTIONS {
        run(
            &mut connection,
            &format!(
                "CREATE FUNCTION hostile.{function} RETURNS pg_catalog.text LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'trapped by {function}'; END $$"
            ),
        )
        .await;
    }
    run(
        &mut connection,
        "CREATE TABLE hostile.pg_attribute (); CREATE TABLE hostile.pg_ts_template ()",
    )
    .await;
    for path in ["hostile, pg_catalog", "hostile, pg_catalog, public", "''", "nowhere"] {
        there_and_back(&mut connection, &format!("SET search_path = {path}")).await;
    }
}

async fn reads_the_same_under_hostile_settings(database: Database) {
    let mut connection = database.connect().await.unwrap();
    for setting in [
        "standard_conforming_strings = off",
        "plpgsql.extra_errors = 'all'",
        "plpgsql.variable_conflict = 'use_column'",
        "plpgsql.variable_conflict = 'use_variable'",
        "quote_all_identifiers = on",
        "array_nulls = off",
        "check_function_bodies = off",
        "row_security = off",
    ] {
        there_and_back(&mut connection, &format!("SET {setting}")).await;
    }
}
