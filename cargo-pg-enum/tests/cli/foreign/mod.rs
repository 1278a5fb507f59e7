//! Enums under other derives, in projects that have never heard of `PgEnum`.

mod codecs;
mod rust_migrations;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const SQL: &str = "CREATE TYPE mood AS ENUM (\n  'sad',\n  'ok',\n  'happy'\n);";

fn check(rust: &str, sql: &str) -> crate::harness::Run {
    Crates::one(rust, &[("migrations/1_a.sql", sql)]).run(&["check"])
}

/// What is said about it, without the excerpts.
fn messages(rust: &str, sql: &str) -> String {
    let run = check(rust, sql);
    let told = |line: &&str| {
        ["error", "note", "   = ", "  = "].iter().any(|start| line.starts_with(start))
    };
    let lines: Vec<_> = run.err.lines().filter(told).map(str::trim).collect();
    format!("{}{}", run.out, lines.join("\n"))
}

#[test]
fn sqlx() {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                pub enum Mood {\n    Sad,\n    #[sqlx(rename = \"Ok\")]\n    Ok,\n    Angry,\n}\n";
    check(rust, SQL).check(&expect![[r#"
        Findings
        --- err
        error[case-only]: the label 'Ok' differs only by case from 'ok' in the migrations (migrations/1_a.sql:3)
         --> src/lib.rs:5:21
          |
        5 |     #[sqlx(rename = "Ok")]
          |                     ^^^^
          |
         ::: migrations/1_a.sql:3:3
          |
        3 |   'ok',
          |   ---- the migrations spell it like this
          |
          = note: `Mood` derives `sqlx::Type`
          = help: spell it as the migrations do: `#[sqlx(rename = "ok")]`

        error[missing]: no migration adds the label 'angry' to public.mood (created at migrations/1_a.sql:1)
         --> src/lib.rs:7:5
          |
        7 |     Angry,
          |     ^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM (
          | -------------------------- the type is created here
          |
          = note: `Mood` derives `sqlx::Type`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'angry'; or, if it is 'happy' renamed: ALTER TYPE public.mood RENAME VALUE 'happy' TO 'angry';

        warning[extra]: the migrations give public.mood a label that no variant has: 'happy' (migrations/1_a.sql:4)
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood {
          |          ^^^^
          |
         ::: migrations/1_a.sql:4:3
          |
        4 |   'happy'
          |   ------- no variant has this label
          |
          = note: `Mood` derives `sqlx::Type`
          = note: to accept it, write `accept = ["public.mood:happy"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        2 errors and 1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn diesel_by_its_own_type() {
    let rust = "mod sql_types {\n    #[derive(diesel::sql_types::SqlType)]\n    \
                #[diesel(postgres_type(name = \"mood\"))]\n    pub struct Feeling;\n}\n\
                #[cfg_attr(feature = \"full\", derive(DbEnum))]\n\
                #[cfg_attr(feature = \"full\", ExistingTypePath = \"crate::sql_types::Feeling\")]\n\
                pub enum Mood { Sad, Ok, Happy, VeryHappy }\n";
    check(rust, SQL).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'very_happy' to public.mood (created at migrations/1_a.sql:1)
         --> src/lib.rs:8:33
          |
        8 | pub enum Mood { Sad, Ok, Happy, VeryHappy }
          |                                 ^^^^^^^^^
          |
         ::: migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM (
          | -------------------------- the type is created here
          |
          = note: `Mood` derives `diesel_derive_enum::DbEnum`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'very_happy';

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn postgres_types() {
    let rust = "use postgres_types::{FromSql, ToSql};\n#[derive(Debug, ToSql, FromSql)]\n\
                #[postgres(name = \"mood\", rename_all = \"lowercase\")]\nenum Mood { Sad, Ok }\n";
    check(rust, SQL).check(&expect![[r#"
        Clean
        --- err
        warning[extra]: the migrations give public.mood a label that no variant has: 'happy' (migrations/1_a.sql:4)
         --> src/lib.rs:4:6
          |
        4 | enum Mood { Sad, Ok }
          |      ^^^^
          |
         ::: migrations/1_a.sql:4:3
          |
        4 |   'happy'
          |   ------- no variant has this label
          |
          = note: `Mood` derives `postgres_types::ToSql`
          = note: to accept it, write `accept = ["public.mood:happy"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        1 warning: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn sea_orm() {
    let rust = "#[derive(DeriveActiveEnum)]\n\
                #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"mood\")]\n\
                enum Mood {\n    #[sea_orm(string_value = \"SAD\")]\n    Sad,\n    \
                #[sea_orm(string_value = \"ok\")]\n    Ok,\n    #[sea_orm(string_value = \"happy\")]\n    Happy,\n}\n";
    check(rust, SQL).check(&expect![[r#"
        Findings
        --- err
        error[case-only]: the label 'SAD' differs only by case from 'sad' in the migrations (migrations/1_a.sql:2)
         --> src/lib.rs:4:30
          |
        4 |     #[sea_orm(string_value = "SAD")]
          |                              ^^^^^
          |
         ::: migrations/1_a.sql:2:3
          |
        2 |   'sad',
          |   ----- the migrations spell it like this
          |
          = note: `Mood` derives `sea_orm::DeriveActiveEnum`
          = help: spell it as the migrations do: `#[sea_orm(string_value = "sad")]`

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn they_agree_in_any_order() {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                enum Mood { Happy, Ok, Sad }\n";
    check(rust, SQL).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn what_is_no_enum_type_is_counted() {
    let stored = "no enum is compared; 1 not compared: 1 stored as text or integer\n";
    let nothing = "no PostgreSQL enum is found in the source\n";
    for (rust, expected) in [
        ("#[derive(sqlx::Type)] #[sqlx(type_name = \"text\")] enum Mood { Other }", stored),
        ("#[derive(sqlx::Type)] #[repr(i16)] enum Mood { Other = 1 }", stored),
        ("#[derive(specta::Type)] enum Mood { Other }", nothing),
        (
            "#[derive(DeriveActiveEnum)] #[sea_orm(rs_type = \"i32\", db_type = \"Integer\")] \
             enum Mood { #[sea_orm(num_value = 0)] Other }",
            stored,
        ),
        ("#[derive(Clone)] enum Mood { Other }", nothing),
    ] {
        assert_eq!(messages(rust, SQL), expected, "{rust}");
    }
}

#[test]
fn what_is_not_certain_is_not_held_against_anybody() {
    let other = "#[derive(sqlx::Type)] #[sqlx(type_name = \"mood\")] enum Mood { Other }";
    for sql in [
        // In two schemas.
        "CREATE SCHEMA app; CREATE TYPE mood AS ENUM ('a'); CREATE TYPE app.mood AS ENUM ('a');",
        // Of labels that nobody knows.
        "CREATE TYPE mood AS ENUM ('a'); DO LANGUAGE plpython3u $$ x $$;",
        // Up to a migration that fails.
        "CREATE TYPE mood AS ENUM ('a'); CREATE TYPE mood AS ENUM ('a');",
    ] {
        assert_eq!(check(other, sql).status, Status::Clean, "{sql}");
    }
    let rust = format!("{other}\nstruct M; impl MigrationTrait for M {{}}");
    let run = check(&rust, SQL);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    assert_eq!(run.out, "no enum is compared; 1 not compared: 1 uncertain\n");
}

#[test]
fn conditions_excuse() {
    let rust = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                enum Mood { Sad, #[cfg(windows)] Ok, #[cfg(feature = \"x\")] Angry, Happy }\n\
                #[cfg(feature = \"old\")]\nmod imp { #[derive(sqlx::Type)] #[sqlx(type_name = \"mood\")] enum E { A } }\n\
                #[cfg(not(feature = \"old\"))]\nmod imp { #[derive(sqlx::Type)] #[sqlx(type_name = \"mood\")] enum E { B } }\n";
    expect![[r#"
        1 enum agrees with 1 migration in migrations (a usual place); 1 not compared: 1 selected by `cfg`
        note: src/lib.rs:5: shop::imp::E is not compared: `cfg` selects one of several enums of this name
        note: src/lib.rs:7: shop::imp::E is not compared: `cfg` selects one of several enums of this name"#]].assert_eq(&messages(rust, SQL));
}

#[test]
fn a_type_that_was_dropped() {
    let sql = "CREATE TYPE gone AS ENUM ('a');\nDROP TYPE gone;";
    let named = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"gone\")]\nenum Gone { A }\n";
    expect![[r#"
        error[dropped]: a migration drops the type public.gone (migrations/1_a.sql:2)
        = note: `Gone` derives `sqlx::Type`
        = help: create the type again in a migration, or remove the enum"#]]
    .assert_eq(&messages(named, sql));
    // Nobody says that this is the type.
    let unnamed = "#[derive(sqlx::Type)]\nenum Gone { A }\n";
    expect![[r#"
        error[nothing-compared]: nothing is compared: 1 enum found, and no migration creates a type of that name
        = note: `shop::Gone`: no migration creates the type "Gone"
        = note: read: migrations (a usual place)
        = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there"#]].assert_eq(&messages(unnamed, sql));
}

#[test]
fn several_folders() {
    let mood = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\nenum Mood { a, b }\n";
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"one\", \"two\", \"types\"]\n"),
        ("one/Cargo.toml", &manifest("one", "")),
        ("one/src/lib.rs", "#[derive(sqlx::Type)]\nenum Unheard { Of }"),
        ("one/migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('a');"),
        ("two/Cargo.toml", &manifest("two", "")),
        ("two/src/lib.rs", "#[derive(sqlx::Type)]\nenum Unheard { Of }"),
        ("two/migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('a', 'b');"),
        // It has no migrations of its own.
        ("types/Cargo.toml", &manifest("types", "")),
        ("types/src/lib.rs", mood),
    ]);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    crates.write("two/migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('c', 'd');");
    // Neither is more likely than the other.
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Clean);
    assert!(
        run.err.contains(
            "types::Mood is not compared: more than one folder has its type, with different labels: \
             one/migrations (a usual place), two/migrations (a usual place)"
        ),
        "{}",
        run.err
    );
    assert!(run.out.contains("1 with a type in more than one folder"), "{}", run.out);
    // One that has goes by those.
    crates.write("two/src/lib.rs", mood);
    let run = crates.run_in("two/Cargo.toml", &["check"]);
    assert!(run.err.contains("created at two/migrations/1_a.sql:1"), "{}", run.err);
}

#[test]
fn a_folder_that_is_none_does_no_harm() {
    let rust = "#[derive(sqlx::Type)]\nenum Mood { A }\n";
    Crates::one(rust, &[("migrations/notes.txt", "")]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        note: migrations (a usual place) is not read: nothing in migrations looks like a migration; if this is the right folder, name the tool with --tool NAME (sqlx, diesel, refinery, dbmate, goose, golang-migrate, flyway, prisma, drizzle, supabase, atlas, sql-migrate, tern, node-pg-migrate, graphile-migrate, db-migrate, hasura, sqitch, grate, liquibase, shmig, sea-orm, alembic, plain)
        error[nothing-compared]: nothing is compared: 1 enum found, and no folder of migrations is found
         --> src/lib.rs:2:6
          |
        2 | enum Mood { A }
          |      ^^^^
          |
          = note: `shop::Mood`: no folder of migrations is found
          = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there

        1 error: no enum is compared; 1 not compared: 1 without a folder of migrations
    "#]]);
    Crates::one(rust, &[]).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[nothing-compared]: nothing is compared: 1 enum found, and no folder of migrations is found
         --> src/lib.rs:2:6
          |
        2 | enum Mood { A }
          |      ^^^^
          |
          = note: `shop::Mood`: no folder of migrations is found
          = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there

        1 error: no enum is compared; 1 not compared: 1 without a folder of migrations
    "#]]);
}
