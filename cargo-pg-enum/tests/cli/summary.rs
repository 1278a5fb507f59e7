//! What was looked at.

use cargo_pg_enum::Status;
use expect_test::expect;
use serde_json::json;

use crate::harness::{Crates, manifest};

const RUST: &str = "use sqlx::Type;
#[derive(Type)]
#[sqlx(type_name = \"mood\")]
pub enum Mood { sad }
#[derive(Type)]
pub enum RoadPhase { open }
#[derive(Type)]
#[sqlx(type_name = \"text\")]
pub enum Words { a }
#[derive(Type)]
#[repr(i32)]
pub enum Number { A }
#[derive(Type)]
#[sqlx(type_name = \"twice\")]
pub enum Twice { a }
#[derive(Type)]
#[sqlx(type_name = \"open\")]
pub enum Open { a }
#[derive(PgEnum)]
#[pg_enum(external)]
pub enum Elsewhere { A }
#[derive(PgEnum)]
pub enum Size { S }
";

const SQL: &str = "CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE road_phase AS ENUM ('open');
CREATE TYPE size AS ENUM ('S');
CREATE SCHEMA app;
CREATE TYPE twice AS ENUM ('a');
CREATE TYPE app.twice AS ENUM ('a', 'b');
CREATE TYPE open AS ENUM ('b');
DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN ALTER TYPE open ADD VALUE 'a'; END IF; END $$;
";

#[test]
fn every_enum_is_counted() {
    let crates = Crates::one(RUST, &[("migrations/1_a.sql", SQL)]);
    let run = crates.run(&["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value["summary"]["enums"], 8);
    expect![[r#"
        {
          "compared": 2,
          "enums": 8,
          "errors": 1,
          "folders": [
            {
              "compared": true,
              "migrations": 1,
              "origin": "a usual place",
              "path": "migrations",
              "tool": "sqlx"
            }
          ],
          "not_compared": {
            "external": 1,
            "integer": 1,
            "more-than-one-type": 1,
            "no-type": 1,
            "stored-as-text": 1,
            "uncertain": 1
          },
          "warnings": 0
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value["summary"]).unwrap());
    expect![[r#"
        note: src/lib.rs:6: shop::RoadPhase is not compared: no migration creates the type "RoadPhase", the nearest is public.road_phase
        note: src/lib.rs:15: shop::Twice is not compared: more than one schema has a type twice
        note: src/lib.rs:18: shop::Open is not compared: whether this runs is not known before it does (migrations/1_a.sql:8)
        error[unknown]: whether this runs is not known before it does
         --> migrations/1_a.sql:8:13
          |
        8 | DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN ALTER TYPE open ADD VALUE 'a'; END IF; END $$;
          |             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch public.open
          = note: nothing in the folder says which tool runs it; sqlx is assumed, because the nearest manifest above it is a Cargo.toml; name another with --tool
          = help: say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`

        1 error: 2 enums compared with 1 migration in migrations (a usual place); 6 not compared: 2 stored as text or integer, 1 created outside the migrations, 1 uncertain, 1 without a type of that name, 1 with a type in more than one schema
    "#]].assert_eq(&crates.run(&["check"]).err);
    crates.run(&["list"]).check(&expect![[r#"
        Clean
        --- out
        shop::Elsewhere  pg_enum::PgEnum  elsewhere    not compared  src/lib.rs:21
          'A'
          not compared: the migrations do not create the type (`external`)
        shop::Mood       sqlx::Type       mood         agrees        src/lib.rs:4
          'sad'
        shop::Number     sqlx::Type       -            not compared  src/lib.rs:11
          not compared: it is stored as an integer
        shop::Open       sqlx::Type       open         not compared  src/lib.rs:18
          'a'
          not compared: whether this runs is not known before it does (migrations/1_a.sql:8)
        shop::RoadPhase  sqlx::Type       "RoadPhase"  not compared  src/lib.rs:6
          'open'
          not compared: no migration creates the type "RoadPhase", the nearest is public.road_phase
        shop::Size       pg_enum::PgEnum  size         agrees        src/lib.rs:23
          'S'
        shop::Twice      sqlx::Type       twice        not compared  src/lib.rs:15
          'a'
          not compared: more than one schema has a type twice
        shop::Words      sqlx::Type       -            not compared  src/lib.rs:8
          not compared: it is stored as text
    "#]]);
}

#[test]
fn nothing_compared_is_a_problem_unless_it_is_meant() {
    let rust = "#[derive(sqlx::Type)]\npub enum RoadPhase { open }\n";
    let sql = "CREATE TYPE road_phase AS ENUM ('open');\n";
    let crates = Crates::one(rust, &[("migrations/1_a.sql", sql)]);
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:2: shop::RoadPhase is not compared: no migration creates the type "RoadPhase", the nearest is public.road_phase
        error[nothing-compared]: nothing is compared: 1 enum found, and no migration creates a type of that name
         --> src/lib.rs:2:10
          |
        2 | pub enum RoadPhase { open }
          |          ^^^^^^^^^
          |
          = note: `shop::RoadPhase`: no migration creates the type "RoadPhase", the nearest is public.road_phase
          = note: read: migrations (a usual place)
          = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there

        1 error: no enum is compared; 1 not compared: 1 without a type of that name; also read: migrations (a usual place)
    "#]]);
    let allow = "[workspace]\n[package.metadata.pg-enum]\nnothing-compared = \"allow\"\n";
    crates.write("Cargo.toml", &manifest("shop", allow));
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Clean);
    assert!(
        run.out.starts_with("no enum is compared; 1 not compared: 1 without a type"),
        "{}",
        run.out
    );
    crates.write("Cargo.toml", &manifest("shop", &allow.replace("allow", "never")));
    assert_eq!(crates.run(&["check"]).status, Status::Failed);
}

#[test]
fn what_was_looked_at_counts() {
    for (rust, sql) in [
        ("#[derive(sqlx::Type)] #[repr(i32)] enum A { B }", "SELECT 1;"),
        // It is not certain that there is no such type.
        ("#[derive(sqlx::Type)] enum A { B }", "DO LANGUAGE plpython3u $$ x $$;"),
    ] {
        let run = Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]);
        assert_eq!(run.status, Status::Clean, "{}", run.err);
        assert!(run.out.starts_with("no enum is compared; 1 not compared: "), "{}", run.out);
    }
    let run = Crates::one("", &[]).run(&["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(value["summary"]["not_compared"], json!({}));
}
