//! Where enums and migrations disagree, and how that looks.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::Crates;

const STATUS: &str = "
/// What became of it.
#[derive(Debug, PgEnum)]
#[pg_enum(name = \"draft_status\", rename_all = \"snake_case\")]
pub enum DraftStatus {
    Streaming,
    #[pg_enum(rename = \"done\")]
    Complete,
    Archived,
}
";

#[test]
fn they_agree() {
    let sql = "CREATE TYPE draft_status AS ENUM ('streaming', 'done', 'archived');";
    Crates::one(STATUS, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn labels_differ() {
    let sql = "CREATE TYPE draft_status AS ENUM (\n  'streaming',\n  'Done',\n  'legacy'\n);";
    Crates::one(STATUS, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[case-only]: the label 'done' differs only by case from 'Done' in the migrations (migrations/1_a.sql:3)
         --> src/lib.rs:7:24
          |
        7 |     #[pg_enum(rename = "done")]
          |                        ^^^^^^
          |
         ::: migrations/1_a.sql:3:3
          |
        3 |   'Done',
          |   ------ the migrations spell it like this
          |
          = help: use the spelling of the migrations (`rename` or `rename_all`), or rename the label in the database: add `#[pg_enum(was = "Done")]` and run `cargo pg-enum generate`

        error[missing]: no migration adds the label 'archived' to public.draft_status (created at migrations/1_a.sql:1)
         --> src/lib.rs:9:5
          |
        9 |     Archived,
          |     ^^^^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE draft_status AS ENUM (
          | ---------------------------------- the type is created here
          |
          = help: if it is a new name for 'legacy', add `#[pg_enum(was = "legacy")]`; then run `cargo pg-enum generate` to write the migration

        warning[extra]: the migrations give public.draft_status a label that no variant has: 'legacy' (migrations/1_a.sql:4)
         --> src/lib.rs:4:18
          |
        4 | #[pg_enum(name = "draft_status", rename_all = "snake_case")]
          |                  ^^^^^^^^^^^^^^
          |
         ::: migrations/1_a.sql:4:3
          |
        4 |   'legacy'
          |   -------- no variant has this label
          |
          = note: to accept it, write `accept = ["public.draft_status:legacy"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("legacy"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        2 errors and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn another_order_and_a_name_that_was() {
    let rust = "#[derive(PgEnum)]\nenum Size { #[pg_enum(was = \"tiny\")] S, L, M }\n";
    let sql = "CREATE TYPE size AS ENUM ('tiny', 'M');\nALTER TYPE size ADD VALUE 'L';\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[not-renamed]: no migration renames the label 'tiny' of public.size to 'S' (migrations/1_a.sql:1)
         --> src/lib.rs:2:38
          |
        2 | enum Size { #[pg_enum(was = "tiny")] S, L, M }
          |                                      ^
          |
         ::: migrations/1_a.sql:1:27
          |
        1 | CREATE TYPE size AS ENUM ('tiny', 'M');
          |                           ------ it still has this name
          |
          = help: run `cargo pg-enum generate` to write the migration

        error[order]: the label 'M' comes after 'tiny' in the migrations (migrations/1_a.sql:1)
         --> src/lib.rs:2:44
          |
        2 | enum Size { #[pg_enum(was = "tiny")] S, L, M }
          |                                            ^
          |
         ::: migrations/1_a.sql:1:35
          |
        1 | CREATE TYPE size AS ENUM ('tiny', 'M');
          |                                   --- it is created here
          |
          = help: put the variants in the order of the migrations, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot reorder labels

        2 errors: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn a_type_is_missing() {
    let rust = "#[derive(PgEnum)]\n#[pg_enum(schema = \"app\")]\nenum Mood { Sad }\n\
                #[derive(PgEnum)]\nenum Gone { A }\n#[derive(PgEnum)]\nenum Never { A }\n";
    let sql =
        "CREATE TYPE mood AS ENUM ('Sad');\nCREATE TYPE gone AS ENUM ('A');\nDROP TYPE gone;\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[never-created]: no migration creates the type app.mood, but the schema public has a type with that name (migrations/1_a.sql:1)
         --> src/lib.rs:2:20
          |
        2 | #[pg_enum(schema = "app")]
          |                    ^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          | -------------------------------- this one is in another schema
          |
          = help: add `#[pg_enum(schema = "public")]`, or run `cargo pg-enum generate` to create app.mood as well

        error[dropped]: a migration drops the type public.gone (migrations/1_a.sql:3)
         --> src/lib.rs:5:6
          |
        5 | enum Gone { A }
          |      ^^^^
          |
         ::: migrations/1_a.sql:3:1
          |
        3 | DROP TYPE gone;
          | -------------- it is dropped here
          |
          = help: run `cargo pg-enum generate` to create it again, or remove the enum

        error[never-created]: no migration creates the type public.never
         --> src/lib.rs:7:6
          |
        7 | enum Never { A }
          |      ^^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration, or add `#[pg_enum(external)]` if something else creates the type

        3 errors: 3 enums compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_the_migrations_cannot_do_is_a_problem_as_well() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\n";
    let sql = "CREATE TYPE mood AS ENUM ('Sad');\nCREATE TYPE mood AS ENUM ('Sad');\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:2: shop::Mood is not compared: a migration is refused
        error[refused]: type "mood" already exists
         --> migrations/1_a.sql:2:1
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          | -------------------------------- the enum is created here
        2 | CREATE TYPE mood AS ENUM ('Sad');
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: SQLSTATE 42710
          = note: nothing in the folder says which tool runs it; sqlx is assumed, because the nearest manifest above it is a Cargo.toml; name another with --tool

        1 error: no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
    "#]]);
}

#[test]
fn what_is_not_known_is_said() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad, Ok }\n";
    let sql = "CREATE TYPE mood AS ENUM ('Sad');\nDO LANGUAGE plpython3u $$ x() $$;\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:2: shop::Mood is not compared: the effect of a migration on it is unknown
        error[unknown]: this block is in a language that is not read
         --> migrations/1_a.sql:2:1
          |
        2 | DO LANGUAGE plpython3u $$ x() $$;
          | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
          = note: may touch any enum
          = note: nothing in the folder says which tool runs it; sqlx is assumed, because the nearest manifest above it is a Cargo.toml; name another with --tool
          = help: say what it does in a comment before the statement, `-- pg-enum: assume ALTER TYPE …;` or `-- pg-enum: assume nothing`; if the file must not change, in `assume` of `[package.metadata.pg-enum]`

        1 error: no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
    "#]]);
}

#[test]
fn what_does_not_compile_is_a_problem() {
    let rust =
        "#[derive(PgEnum)]\nenum Mood {\n    Sad,\n    #[pg_enum(rename = \"Sad\")]\n    Ok,\n}\n";
    let sql = "CREATE TYPE mood AS ENUM ('Sad');\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:2: shop::Mood is not compared: the derive does not compile
        error[invalid]: duplicate label "Sad"
         --> src/lib.rs:4:24
          |
        4 |     #[pg_enum(rename = "Sad")]
          |                        ^^^^^

        error[invalid]: label "Sad" is first used here
         --> src/lib.rs:3:5
          |
        3 |     Sad,
          |     ^^^

        2 errors: no enum is compared; 1 not compared: 1 with mistakes; also read: migrations (a usual place)
    "#]]);
}

#[test]
fn what_cannot_be_seen_is_no_failure() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\n\
                make! { #[derive(PgEnum)] enum Other { A } }\nmod broken;\n";
    let files = [
        ("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('Sad');\n"),
        ("src/broken.rs", "enum {"),
    ];
    Crates::one(rust, &files).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 1 migration in migrations (a usual place)
        --- err
        note: src/lib.rs:3: an enum with `derive(PgEnum)` can't be seen here: it is generated by a macro
        note: src/broken.rs:1: this cannot be read as Rust
    "#]]);
}

#[test]
fn one_type_has_one_definition() {
    let rust = "#[derive(PgEnum)]\nenum Mood { Sad }\n\
                mod other {\n    #[derive(PgEnum)]\n    #[pg_enum(name = \"mood\")]\n    enum Feeling { Ok }\n}\n";
    let sql = "CREATE TYPE mood AS ENUM ('Sad');\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'Ok' to public.mood (created at migrations/1_a.sql:1)
         --> src/lib.rs:6:20
          |
        6 |     enum Feeling { Ok }
          |                    ^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          | -------------------------------- the type is created here
          |
          = help: if it is a new name for 'Sad', add `#[pg_enum(was = "Sad")]`; then run `cargo pg-enum generate` to write the migration

        warning[extra]: the migrations give public.mood a label that no variant has: 'Sad' (migrations/1_a.sql:1)
         --> src/lib.rs:5:22
          |
        5 |     #[pg_enum(name = "mood")]
          |                      ^^^^^^
          |
         ::: migrations/1_a.sql:1:27
          |
        1 | CREATE TYPE mood AS ENUM ('Sad');
          |                           ----- no variant has this label
          |
          = note: to accept it, write `accept = ["public.mood:Sad"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("Sad"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        error[two-definitions]: `shop::Mood` and `shop::other::Feeling` define mood differently
         --> src/lib.rs:5:22
          |
        2 | enum Mood { Sad }
          |      ---- the other one
        ...
        5 |     #[pg_enum(name = "mood")]
          |                      ^^^^^^
          |
          = help: rename one of the two, or move it to another schema

        2 errors and 1 warning: 2 enums compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn nothing_to_check() {
    Crates::one("", &[]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        no PostgreSQL enum is found in the source
    "#]]);
}

#[test]
fn hostile_labels_stay_in_their_place() {
    let rust = "#[derive(PgEnum)]\nenum T {\n    #[pg_enum(rename = \"\\u{1b}]0;owned\\u{7}\\n::error::x\")]\n\
                \t    A,\n    #[pg_enum(rename = \"\u{202e}é%\\\\'\")]\n    B,\n}\n";
    let sql = "CREATE TYPE t AS ENUM ('\u{1b}[2J');\n";
    let crates = Crates::one(rust, &[("migrations/1_a.sql", sql)]);
    for format in ["text", "json", "github", "sarif"] {
        let run = crates.run(&["check", "--format", format]);
        assert_eq!(run.status, Status::Findings);
        for text in [&run.out, &run.err] {
            let harm = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!text.contains(harm), "{format}: {text:?}");
        }
        if format == "github" {
            let is_command = |line: &str| {
                ["::error file=", "::warning file="].iter().any(|start| line.starts_with(start))
            };
            assert!(run.out.lines().all(is_command), "{}", run.out);
        }
    }
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label '\u{1b}]0;owned\u{7}\n::error::x' to public.t (created at migrations/1_a.sql:1)
         --> src/lib.rs:3:24
          |
        3 |     #[pg_enum(rename = "\u{1b}]0;owned\u{7}\n::error::x")]
          |                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE t AS ENUM ('␛[2J');
          | ------------------------------ the type is created here
          |
          = help: if it is a new name for '\u{1b}[2J', add `#[pg_enum(was = "\u{1b}[2J")]`; then run `cargo pg-enum generate` to write the migration

        error[missing]: no migration adds the label E'\u{202e}é%\\''' to public.t (created at migrations/1_a.sql:1)
         --> src/lib.rs:5:24
          |
        5 |     #[pg_enum(rename = "�é%\\'")]
          |                        ^^^^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE t AS ENUM ('␛[2J');
          | ------------------------------ the type is created here
          |
          = help: if it is a new name for '\u{1b}[2J', add `#[pg_enum(was = "\u{1b}[2J")]`; then run `cargo pg-enum generate` to write the migration

        warning[extra]: the migrations give public.t a label that no variant has: '\u{1b}[2J' (migrations/1_a.sql:1)
         --> src/lib.rs:2:6
          |
        2 | enum T {
          |      ^
          |
         ::: migrations/1_a.sql:1:24
          |
        1 | CREATE TYPE t AS ENUM ('␛[2J');
          |                        ------ no variant has this label
          |
          = note: to accept it, write `accept = ["public.t:\u{1b}[2J"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("\u{1b}[2J"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        2 errors and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn a_file_may_begin_with_anything() {
    let rust = "\u{feff}#!/usr/bin/env run\r\n/* é */ #[derive(PgEnum)] enum Été { A }\r\n";
    let sql = "CREATE TYPE été AS ENUM ('B');\n";
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'A' to public.été (created at migrations/1_a.sql:1)
         --> src/lib.rs:2:38
          |
        2 | /* é */ #[derive(PgEnum)] enum Été { A }
          |                                      ^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE été AS ENUM ('B');
          | ----------------------------- the type is created here
          |
          = help: if it is a new name for 'B', add `#[pg_enum(was = "B")]`; then run `cargo pg-enum generate` to write the migration

        warning[extra]: the migrations give public.été a label that no variant has: 'B' (migrations/1_a.sql:1)
         --> src/lib.rs:2:32
          |
        2 | /* é */ #[derive(PgEnum)] enum Été { A }
          |                                ^^^
          |
         ::: migrations/1_a.sql:1:26
          |
        1 | CREATE TYPE été AS ENUM ('B');
          |                          --- no variant has this label
          |
          = note: to accept it, write `accept = ["public.été:B"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("B"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        1 error and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn labels_that_have_exchanged_their_names_are_noted() {
    let source = "#[derive(PgEnum)]\nenum Size { #[pg_enum(was = \"L\")] S, #[pg_enum(was = \"S\")] L, M }\n";
    let migration = ("migrations/0001_all.sql", "CREATE TYPE size AS ENUM ('S', 'L', 'M');\n");
    Crates::one(source, &[migration]).run(&["check"]).check(&expect![[r#"
        Clean
        --- err
        note[exchanged-already]: the labels 'S', 'L' of size are taken to have exchanged their names, because they have the order of the enum
         --> src/lib.rs:2:29
          |
        2 | enum Size { #[pg_enum(was = "L")] S, #[pg_enum(was = "S")] L, M }
          |                             ^^^
          |
          = help: remove these `was` when all databases have the migration; if the labels have not exchanged their names, reorder the variants in a later migration

        1 enum agrees with 1 migration in migrations (a usual place)
    "#]]);
    // Those that have not are an error, and no note.
    let migration = ("migrations/0001_all.sql", "CREATE TYPE size AS ENUM ('L', 'S', 'M');\n");
    Crates::one(source, &[migration]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[not-renamed]: no migration renames the label 'L' of public.size to 'S' (migrations/0001_all.sql:1)
         --> src/lib.rs:2:35
          |
        2 | enum Size { #[pg_enum(was = "L")] S, #[pg_enum(was = "S")] L, M }
          |                                   ^
          |
         ::: migrations/0001_all.sql:1:27
          |
        1 | CREATE TYPE size AS ENUM ('L', 'S', 'M');
          |                           --- it still has this name
          |
          = help: run `cargo pg-enum generate` to write the migration

        error[not-renamed]: no migration renames the label 'S' of public.size to 'L' (migrations/0001_all.sql:1)
         --> src/lib.rs:2:60
          |
        2 | enum Size { #[pg_enum(was = "L")] S, #[pg_enum(was = "S")] L, M }
          |                                                            ^
          |
         ::: migrations/0001_all.sql:1:32
          |
        1 | CREATE TYPE size AS ENUM ('L', 'S', 'M');
          |                                --- it still has this name
          |
          = help: run `cargo pg-enum generate` to write the migration

        2 errors: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}
