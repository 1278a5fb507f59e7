//! What the manifests say, and which packages are meant.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest, run};

const MOOD: &str = "#[derive(PgEnum)]\nenum Mood { Sad }\n";
const CREATE: &str = "CREATE TYPE mood AS ENUM ('Sad');\n";

/// Two packages; one has its own folder, the other the workspace's.
fn workspace() -> Crates {
    Crates::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n\
             [workspace.metadata.pg-enum]\nmigrations = \"shared\"\nsearch-path = [\"app\"]\n",
        ),
        (
            "a/Cargo.toml",
            &manifest("a", "[package.metadata.pg-enum]\nmigrations = \"own\"\ntool = \"plain\"\n"),
        ),
        ("a/src/lib.rs", MOOD),
        ("a/own/1.sql", CREATE),
        ("b/Cargo.toml", &manifest("b", "")),
        ("b/src/lib.rs", "#[derive(PgEnum)]\nenum Size { S }\n"),
        ("shared/1_a.sql", "CREATE TYPE app.size AS ENUM ('S', 'M');\n"),
    ])
}

#[test]
fn the_package_says_it_before_the_workspace() {
    workspace().run(&["list"]).check(&expect![[r#"
        Clean
        --- out
        a::Mood  pg_enum::PgEnum  mood  agrees               a/src/lib.rs:2
          'Sad'
        b::Size  pg_enum::PgEnum  size  differs (1 problem)  b/src/lib.rs:2
          'S'
    "#]]);
    workspace().run(&["check"]).check(&expect![[r#"
        Clean
        --- err
        warning[extra]: the migrations give app.size a label that no variant has: 'M' (shared/1_a.sql:1)
         --> b/src/lib.rs:2:6
          |
        2 | enum Size { S }
          |      ^^^^
          |
         ::: shared/1_a.sql:1:36
          |
        1 | CREATE TYPE app.size AS ENUM ('S', 'M');
          |                                    --- no variant has this label
          |
          = note: to accept it, write `accept = ["app.size:M"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("M"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        1 warning: 2 enums compared with 2 migrations in a/own (configured in a/Cargo.toml), shared (configured in Cargo.toml)
    "#]]);
}

#[test]
fn the_command_line_says_it_before_both() {
    let crates = workspace();
    let own = crates.path("a/own");
    let run = crates.run(&["check", "-p", "b", "--migrations", own.to_str().unwrap()]);
    assert!(run.err.contains("no migration creates the type app.size"), "{}", run.err);
    let run = crates.run(&["check", "-p", "b", "--search-path", "x", "--schema", "app"]);
    assert!(run.err.contains("x.size"), "{}", run.err);
}

#[test]
fn some_packages() {
    let crates = workspace();
    assert_eq!(crates.run(&["check", "-p", "a"]).status, Status::Clean);
    assert_eq!(crates.run_in("a/Cargo.toml", &["check"]).status, Status::Clean);
    let denied = ["check", "--workspace", "--deny", "extra"];
    assert_eq!(crates.run_in("a/Cargo.toml", &denied).status, Status::Findings);
    crates.run(&["check", "--package", "bb"]).check(&expect![[r#"
        Failed
        --- err
        error: the workspace has no package `bb`
        help: the nearest name is `b`
    "#]]);
}

#[test]
fn a_key_that_is_none() {
    let crates = Crates::one(MOOD, &[]);
    let with = |more: &str| {
        crates.write("Cargo.toml", &manifest("shop", &format!("[workspace]\n{more}")));
        crates.run(&["check"])
    };
    with("[package.metadata.pg-enum]\nmigration = \"x\"\n").check(&expect![[r#"
        Failed
        --- err
        error: `[package.metadata.pg-enum]` in Cargo.toml has the unknown key `migration`
        help: the nearest key is `migrations`; the keys are migrations, tool, transaction, search-path, schemas, assume, record, accept, nothing-compared, lock-timeout, postgres, lint
    "#]]);
    with("[workspace.metadata.pg-enum]\ntool = \"slqx\"\n").check(&expect![[r#"
        Failed
        --- err
        error: `tool` of `[workspace.metadata.pg-enum]` in Cargo.toml is wrong: there is no migration tool `slqx`; known are sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain
    "#]]);
    with("[package.metadata.pg-enum]\nsearch-path = \"app\"\n").check(&expect![[r#"
        Failed
        --- err
        error: `search-path` of `[package.metadata.pg-enum]` in Cargo.toml is not an array of schemas' names
    "#]]);
    with("[package.metadata]\npg-enum = true\n").check(&expect![[r#"
        Failed
        --- err
        error: `[package.metadata.pg-enum]` in Cargo.toml is not a table
    "#]]);
}

#[test]
fn two_packages_must_agree_about_one_folder() {
    let crates = workspace();
    let own = "[package.metadata.pg-enum]\nmigrations = \"../shared\"\ntool = \"flyway\"\n";
    crates.write("a/Cargo.toml", &manifest("a", own));
    crates.run(&["check"]).check(&expect![[r#"
        Failed
        --- err
        error: `b` and `a` share shared, and configure it differently
        help: configure it once, in `[workspace.metadata.pg-enum]`
    "#]]);
}

#[test]
fn what_is_found() {
    Crates::one(MOOD, &[("db/migrations/1_a.sql", CREATE)]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 1 migration in db/migrations (a usual place)
    "#]]);
    let two = [("db/migrations/1_a.sql", CREATE), ("drizzle/1_a.sql", CREATE)];
    Crates::one(MOOD, &two).run(&["check"]).check(&expect![[r#"
        Failed
        --- err
        error: `shop` may go by db/migrations (a usual place) or by drizzle (a usual place)
        help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml
    "#]]);
    Crates::one(MOOD, &[]).run(&["check"]).check(&expect![[r#"
        Failed
        --- err
        error: no migrations of `shop` are found
        help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml
    "#]]);
    let crates = Crates::one(MOOD, &[]);
    crates.run(&["check", "--migrations", "no/such/folder"]).check(&expect![[r#"
        Failed
        --- err
        error: no/such/folder does not exist
        help: give the folder of the migrations with --migrations DIR
    "#]]);
}

#[test]
fn no_manifest() {
    let crates = Crates::new(&[("src/lib.rs", MOOD)]);
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Failed);
    run.check(&expect![[r#"
        Failed
        --- err
        error: cargo cannot read the workspace
          manifest path `Cargo.toml` does not exist
        help: run this in a package, or name its Cargo.toml with --manifest-path
    "#]]);
}

#[test]
fn a_broken_manifest() {
    let crates = Crates::one(MOOD, &[]);
    crates.write("Cargo.toml", "[package\n\u{1b}[2J");
    let broken = crates.run(&["check"]);
    assert_eq!(broken.status, Status::Failed);
    assert!(!broken.err.contains('\u{1b}'), "{:?}", broken.err);
    assert!(broken.err.starts_with("error: cargo cannot read the workspace\n  "), "{}", broken.err);
    assert_eq!(run(&["list", "-p"], false).status, Status::Failed);
}
