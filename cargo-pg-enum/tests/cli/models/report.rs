//! What is counted, accepted, denied and listed.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const RUST: &str = "#[derive(FromRow)]
pub struct User { id: i64, name: String }
#[derive(FromRow)]
pub struct Joined { id: i64 }
#[derive(FromRow)]
pub struct Doubtful { id: i64 }
#[derive(FromRow)]
pub struct Elsewhere { id: i64 }
#[derive(FromRow)]
pub struct Near { id: i64 }
#[derive(FromRow)]
pub struct Pair(i64, i64);
#[derive(DeriveEntityModel)]
pub struct Model { id: i64 }
fn f() {
    query_as::<_, User>(\"SELECT id, name FROM users\");
    query_as::<_, Joined>(\"SELECT * FROM users JOIN a USING (id)\");
    query_as::<_, Doubtful>(\"SELECT * FROM dynamic\");
    query_as::<_, Elsewhere>(\"SELECT * FROM sessions_of_a_library\");
    query_as::<_, Near>(\"SELECT * FROM users_\");
}
";

const SQL: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);
CREATE TABLE dynamic (id int);
DO $$ BEGIN IF EXISTS (SELECT FROM users) THEN ALTER TABLE dynamic ADD a int; END IF; END $$;
";

fn crates(metadata: &str) -> Crates {
    let crates = Crates::one(RUST, &[("migrations/1_a.sql", SQL)]);
    crates.write("Cargo.toml", &manifest("shop", &format!("[workspace]\n{metadata}")));
    crates
}

#[test]
fn what_is_not_compared_is_counted_by_its_reason() {
    let run = crates("").run(&["check"]);
    assert_eq!(run.status, Status::Clean);
    expect![[r#"
        note: src/lib.rs:6: shop::Doubtful is not compared: the columns of public.dynamic cannot be told: whether a statement that changes it runs is not known (migrations/1_a.sql:3)
        note: src/lib.rs:10: shop::Near is not compared: no migration creates the table users_, the nearest is public.users
        warning[column-null]: column name of public.users can be NULL, but its field is not an `Option`
         --> src/lib.rs:2:28
          |
        2 | pub struct User { id: i64, name: String }
          |                            ^^^^
          |
         ::: migrations/1_a.sql:1:44
          |
        1 | CREATE TABLE users (id bigint PRIMARY KEY, name text);
          |                                            --------- the column is here
          |
          = note: `User` derives `sqlx::FromRow`
          = note: to accept it, write `accept = ["public.users.name"]` in `[package.metadata.pg-enum]`
          = help: use `Option`, or add NOT NULL in a migration

        1 warning: 1 model compared with 1 migration in migrations (a usual place); 6 models not compared: 2 without a table of that name, 2 not understood, 1 without a query that tells the table, 1 with a table that is unknown
    "#]].assert_eq(&(run.err + &run.out));
}

#[test]
fn programs_get_the_numbers() {
    let run = crates("").run(&["check", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    expect![[r#"
        {
          "compared": 1,
          "found": 7,
          "not_compared": {
            "no-query": 1,
            "no-table": 2,
            "not-understood": 2,
            "unknown-table": 1
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value["summary"]["models"]).unwrap());
    let finding = &value["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["severity"]),
        (&"column-null".into(), &"warning".into())
    );
    let sarif = crates("").run(&["check", "--format", "sarif"]);
    assert!(sarif.out.contains("\"ruleId\": \"column-null\""), "{}", sarif.out);
    let github = crates("").run(&["check", "--format", "github"]);
    assert!(github.out.starts_with("::warning file=src/lib.rs,line=2"), "{}", github.out);
}

#[test]
fn a_column_that_may_be_null_is_denied_or_accepted() {
    let deny = ["check", "--deny", "column-null"];
    let run = crates("").run(&deny);
    assert_eq!(run.status, Status::Findings);
    let accept = "[package.metadata.pg-enum]\naccept = [\"public.users.name\"]\n";
    let run = crates(accept).run(&deny);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    // An entry is idle only if every model that may need it is compared.
    let idle =
        "[package.metadata.pg-enum]\naccept = [\"public.users.name\", \"public.users.id\"]\n";
    assert_eq!(crates(idle).run(&deny).status, Status::Clean);
    let all = crates(idle);
    all.write(
        "src/lib.rs",
        "#[derive(FromRow)] struct User { name: String }
         fn f() { query_as::<_, User>(\"SELECT name FROM users\"); }",
    );
    let run = all.run(&deny);
    assert!(
        run.err.contains("`public.users.id` is accepted, but this is not needed"),
        "{}",
        run.err
    );
}

#[test]
fn every_model_is_listed() {
    let crates = crates("");
    let run = crates.run(&["list", "--models"]);
    expect![[r#"
        shop::Doubtful   sqlx::FromRow               dynamic                1 column   not compared         src/lib.rs:6
          not compared: the columns of public.dynamic cannot be told: whether a statement that changes it runs is not known (migrations/1_a.sql:3)
        shop::Elsewhere  sqlx::FromRow               sessions_of_a_library  1 column   not compared         src/lib.rs:8
          not compared: no migration creates the table sessions_of_a_library
        shop::Joined     sqlx::FromRow               -                      1 column   not compared         src/lib.rs:4
          not compared: no `query_as` with a literal query of one table alone returns it, so that its table is unknown
        shop::Model      sea_orm::DeriveEntityModel  -                      -          not compared         src/lib.rs:14
          not compared: the impl of `EntityName` names its table
        shop::Near       sqlx::FromRow               users_                 1 column   not compared         src/lib.rs:10
          not compared: no migration creates the table users_, the nearest is public.users
        shop::Pair       sqlx::FromRow               -                      -          not compared         src/lib.rs:12
          not compared: its fields are read by position
        shop::User       sqlx::FromRow               users                  2 columns  differs (1 problem)  src/lib.rs:2
    "#]].assert_eq(&run.out);
    let run = crates.run(&["list", "--models", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    expect![[r#"
        {
          "columns": 1,
          "driver": "sqlx::FromRow",
          "file": "src/lib.rs",
          "line": 8,
          "path": "shop::Elsewhere",
          "problems": 0,
          "reason": "no migration creates the table sessions_of_a_library",
          "reason_code": "no-table",
          "state": "not-compared",
          "tables": [
            "sessions_of_a_library"
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&value[1]).unwrap());
    assert!(crates.run(&["list"]).err.contains("no PostgreSQL enum is found"));
}
