//! Migrations that are Rust, between others and alone.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, Run, manifest};

const MOOD: &str = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                    pub enum Mood { Sad, Ok, Happy }\n";

fn check(files: &[(&str, &str)]) -> Run {
    Crates::one(MOOD, files).run(&["check"])
}

const FIRST: (&str, &str) =
    ("migrations/m0001-first.sql", "CREATE TYPE mood AS ENUM ('sad', 'ok');");
const LAST: (&str, &str) = ("migrations/m0003-last.sql", "CREATE TABLE t (mood mood);");

#[test]
fn between_files_of_sql() {
    let more = "pub async fn run(tx: &mut PgTransaction<'_>) {\n    \
                sqlx::query(\"ALTER TYPE mood ADD VALUE 'happy'\").execute(&mut **tx).await.unwrap();\n}\n";
    check(&[FIRST, ("migrations/m0002_more.rs", more), LAST]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 3 migrations in migrations (a usual place)
        --- err
        note: migrations/m0002_more.rs:1: it is unknown whether a runner calls this migration in Rust; the SQL in its literals is assumed to run
    "#]]);
    let less = more.replace("'happy'", "'glad'");
    check(&[FIRST, ("migrations/m0002_more.rs", &less), LAST]).check(&expect![[r#"
        Findings
        --- err
        note: migrations/m0002_more.rs:1: it is unknown whether a runner calls this migration in Rust; the SQL in its literals is assumed to run
        error[missing]: no migration adds the label 'happy' to public.mood (created at migrations/m0001-first.sql:1)
         --> src/lib.rs:3:26
          |
        3 | pub enum Mood { Sad, Ok, Happy }
          |                          ^^^^^
          |
         ::: migrations/m0001-first.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok');
          | -------------------------------------- the type is created here
          |
          = note: `Mood` derives `sqlx::Type`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'happy'; or, if it is 'glad' renamed: ALTER TYPE public.mood RENAME VALUE 'glad' TO 'happy';

        warning[extra]: the migrations give public.mood a label that no variant has: 'glad' (migrations/m0002_more.rs:2)
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { Sad, Ok, Happy }
          |          ^^^^
          |
         ::: migrations/m0002_more.rs:2:44
          |
        2 |     sqlx::query("ALTER TYPE mood ADD VALUE 'glad'").execute(&mut **tx).await.unwrap();
          |                                            ------ no variant has this label
          |
          = note: `Mood` derives `sqlx::Type`
          = note: to accept it, write `accept = ["public.mood:glad"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        1 error and 1 warning: 1 enum compared with 3 migrations in migrations (a usual place)
    "#]]);
}

#[test]
fn what_is_no_literal_is_uncertain_at_its_line() {
    let made = "pub async fn run(tx: &mut PgTransaction<'_>) {\n    let sql = labels();\n    \
                sqlx::query(&sql).execute(&mut **tx).await.unwrap();\n}\n";
    check(&[FIRST, ("migrations/m0002_more.rs", made), LAST]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
        --- err
        note: src/lib.rs:3: shop::Mood is not compared: what this sends is not a literal (migrations/m0002_more.rs:3)
    "#]]);
    check(&[FIRST, ("migrations/m0002_more.rs", "nothing that is Rust }"), LAST])
        .check(&expect![[r#"
            Clean
            --- out
            no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
            --- err
            note: src/lib.rs:3: shop::Mood is not compared: what this migration does is not known: it is not SQL (migrations/m0002_more.rs:1)
        "#]]);
    // A comment settles it.
    let settled = format!("// pg-enum: assume ALTER TYPE mood ADD VALUE 'happy';\n{made}");
    assert_eq!(check(&[FIRST, ("migrations/m0002_more.rs", &settled), LAST]).status, Status::Clean);
    assert!(check(&[FIRST, LAST]).err.contains("no migration adds the label 'happy'"));
}

#[test]
fn numbered_as_sqlx_has_it() {
    let first = ("migrations/1_first.sql", FIRST.1);
    let made = ("migrations/2_more.rs", "pub fn up(db: &mut Db) {\n    db.run(everything());\n}\n");
    check(&[first, made]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
        --- err
        note: src/lib.rs:3: shop::Mood is not compared: what this method does is not known (migrations/2_more.rs:2)
    "#]]);
}

#[test]
fn refinery() {
    let first = ("migrations/V1__first.sql", FIRST.1);
    let more =
        "pub fn migration() -> String {\n    \"ALTER TYPE mood ADD VALUE 'glad'\".to_string()\n}\n";
    check(&[first, ("migrations/V2__more.rs", more)]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'happy' to public.mood (created at migrations/V1__first.sql:1)
         --> src/lib.rs:3:26
          |
        3 | pub enum Mood { Sad, Ok, Happy }
          |                          ^^^^^
          |
         ::: migrations/V1__first.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok');
          | -------------------------------------- the type is created here
          |
          = note: `Mood` derives `sqlx::Type`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'happy'; or, if it is 'glad' renamed: ALTER TYPE public.mood RENAME VALUE 'glad' TO 'happy';

        warning[extra]: the migrations give public.mood a label that no variant has: 'glad' (migrations/V2__more.rs:2)
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { Sad, Ok, Happy }
          |          ^^^^
          |
         ::: migrations/V2__more.rs:2:32
          |
        2 |     "ALTER TYPE mood ADD VALUE 'glad'".to_string()
          |                                ------ no variant has this label
          |
          = note: `Mood` derives `sqlx::Type`
          = note: to accept it, write `accept = ["public.mood:glad"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        1 error and 1 warning: 1 enum compared with 2 migrations in migrations (a usual place)
    "#]]);
    let built = "pub fn migration() -> String {\n    let mut m = barrel::Migration::new();\n    m.make::<Pg>()\n}\n";
    check(&[first, ("migrations/V2__more.rs", built)]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: migrations (a usual place)
        --- err
        note: src/lib.rs:3: shop::Mood is not compared: what this sends is not a literal (migrations/V2__more.rs:3)
    "#]]);
}

#[test]
fn what_was_said_is_not_remembered() {
    let crates = Crates::one(
        MOOD,
        &[
            FIRST,
            ("target/x", ""),
            (
                "migrations/m0002_more.rs",
                "fn up(db: &Db) { db.execute(include_str!(\"more.txt\")) }",
            ),
        ],
    );
    crates.write("migrations/more.txt", "ALTER TYPE mood ADD VALUE 'happy'");
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    crates.write("migrations/more.txt", "ALTER TYPE mood ADD VALUE 'glad'");
    assert_eq!(crates.run(&["check"]).status, Status::Findings);
}

/// A package with SeaORM's enum, and one with its migrations.
fn sea_orm(migrations: &[(&str, &str)]) -> Run {
    let mut list = String::from("pub use sea_orm_migration::prelude::*;\n");
    for (name, _) in migrations {
        list.extend(["mod ", name, ";\n"]);
    }
    list += "pub struct Migrator;\n#[async_trait::async_trait]\nimpl MigratorTrait for Migrator {\n    \
             fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        vec![\n";
    for (name, _) in migrations {
        list.extend(["            Box::new(", name, "::Migration),\n"]);
    }
    list += "        ]\n    }\n}\n";
    let sea_orm = "[dependencies]\nsea-orm = { version = \"1\", features = [\"sqlx-postgres\"] }\n";
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"entity\", \"migration\"]\n"),
        ("entity/Cargo.toml", &manifest("entity", sea_orm)),
        (
            "entity/src/lib.rs",
            "#[derive(DeriveActiveEnum)]\n#[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"tea\")]\n\
             pub enum Tea {\n    #[sea_orm(string_value = \"green\")]\n    Green,\n    \
             #[sea_orm(string_value = \"black\")]\n    Black,\n}\n",
        ),
        ("migration/Cargo.toml", &manifest("migration", "")),
        ("migration/src/lib.rs", &list),
    ]);
    for (name, up) in migrations {
        let text = format!(
            "use sea_orm_migration::prelude::*;\n#[derive(DeriveMigrationName)]\npub struct Migration;\n\
             #[async_trait::async_trait]\nimpl MigrationTrait for Migration {{\n    \
             async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {{\n        {up}\n    }}\n    \
             async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {{\n        \
             manager.drop_type(Type::drop().name(Tea::Table).to_owned()).await\n    }}\n}}\n\
             #[derive(DeriveIden)]\nenum Tea {{ Table, Green }}\n"
        );
        crates.write(&format!("migration/src/{name}.rs"), &text);
    }
    crates.run(&["check", "--workspace"])
}

#[test]
fn migrations_of_sea_orm() {
    let create = (
        "m20240101_000001_tea",
        "manager.create_type(Type::create().as_enum(Tea::Table).values([Tea::Green]).to_owned()).await",
    );
    sea_orm(&[create]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'black' to public.tea (created at migration/src/m20240101_000001_tea.rs:7)
         --> entity/src/lib.rs:6:30
          |
        6 |     #[sea_orm(string_value = "black")]
          |                              ^^^^^^^
          |
         ::: migration/src/m20240101_000001_tea.rs:7:1
          |
        7 | CREATE TYPE tea AS ENUM ('green')
          | --------------------------------- the type is created here
          |
          = note: `Tea` derives `sea_orm::DeriveActiveEnum`
          = help: add a migration: ALTER TYPE public.tea ADD VALUE 'black';

        1 error: 1 enum compared with 1 migration in migration/src (named by a list of migrations in Rust at migration/src/lib.rs:8)
    "#]]);
    let add = (
        "m20240102_000001_black",
        "manager.get_connection().execute_unprepared(\"ALTER TYPE tea ADD VALUE 'black'\").await?;\n        Ok(())",
    );
    sea_orm(&[create, add]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 2 migrations in migration/src (named by a list of migrations in Rust at migration/src/lib.rs:9)
    "#]]);
    let computed = (
        "m20240102_000001_black",
        "manager.get_connection().execute_unprepared(&statement()).await?;\n        Ok(())",
    );
    sea_orm(&[create, computed]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: migration/src (named by a list of migrations in Rust at migration/src/lib.rs:9)
        --- err
        note: entity/src/lib.rs:3: entity::Tea is not compared: what this sends is not a literal (migration/src/m20240102_000001_black.rs:7)
    "#]]);
}

#[test]
fn a_runner_of_the_repositorys_own() {
    let own = |more: &str| {
        let crates = Crates::one(
            MOOD,
            &[
                (
                    "src/migrations/mod.rs",
                    "mod v1; mod v2;\npub trait Migration { fn migrate(&self, _: &Db) -> R { Ok(()) } }\n\
                     pub fn migrate(db: &Db) {\n    let all: Vec<Box<dyn Migration>> = vec![\n        \
                     Box::new(v1::V1),\n        Box::new(v2::V2),\n    ];\n}\n",
                ),
                (
                    "src/migrations/v1.rs",
                    "pub struct V1;\nimpl super::Migration for V1 {\n    fn migrate(&self, db: &Db) -> R {\n        \
                     sql!(db, r#\"\n            CREATE TYPE mood AS ENUM ('sad', 'ok');\n        \"#)?;\n        Ok(())\n    }\n}\n",
                ),
            ],
        );
        crates.write("src/lib.rs", &format!("mod migrations;\n{MOOD}"));
        crates.write("src/migrations/v2.rs", more);
        crates.run(&["check"])
    };
    own("pub struct V2;\nimpl super::Migration for V2 {}\n").check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'happy' to public.mood (created at src/migrations/v1.rs:5)
         --> src/lib.rs:4:26
          |
        4 | pub enum Mood { Sad, Ok, Happy }
          |                          ^^^^^
          |
         ::: src/migrations/v1.rs:5:13
          |
        5 |             CREATE TYPE mood AS ENUM ('sad', 'ok');
          |             -------------------------------------- the type is created here
          |
          = note: `Mood` derives `sqlx::Type`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'happy';

        1 error: 1 enum compared with 2 migrations in src/migrations (named by a list of migrations in Rust at src/migrations/mod.rs:5)
    "#]]);
    own(
        "pub struct V2;\nimpl super::Migration for V2 {\n    fn migrate(&self, db: &Db) -> R {\n        \
         sql!(db, \"ALTER TYPE {} ADD VALUE '{}'\", name(), label())\n    }\n}\n",
    )
    .check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: src/migrations (named by a list of migrations in Rust at src/migrations/mod.rs:5)
        --- err
        note: src/lib.rs:4: shop::Mood is not compared: this SQL is put together at run time (src/migrations/v2.rs:4)
    "#]]);
}

#[test]
fn a_runner_that_begins_with_a_schema() {
    let list = "pub mod v1;\nmod base;\n\
                pub fn migrate(db: &Connection, to: Option<u8>) -> Result<(), Error> {\n    \
                let migrations: Vec<Box<dyn Migration>> = vec![Box::new(v1::V1)];\n    \
                if base::is_empty(db)? {\n        \
                if to.is_some() { base::first(db)?; } else { base::last(db)?; }\n    }\n    \
                for migration in &migrations { migration.migrate(db)?; }\n    Ok(())\n}\n";
    let base = "pub fn is_empty(db: &Connection) -> Result<bool, Error> { sql_query(\"SELECT 1\").get_result(db) }\n\
                pub fn first(db: &Connection) -> R { db.batch_execute(include_str!(\"first.sql\")) }\n\
                pub fn last(db: &Connection) -> R { db.batch_execute(include_str!(\"last.sql\")) }\n";
    let v1 = "pub struct V1;\nimpl Migration for V1 {\n    fn migrate(&self, db: &Connection) -> R {\n        \
              db.batch_execute(\"ALTER TYPE mood ADD VALUE 'happy'\")\n    }\n}\n";
    let files = |first: &'static str, v1: &'static str| {
        [
            ("src/migrations/mod.rs", list),
            ("src/migrations/base.rs", base),
            ("src/migrations/v1.rs", v1),
            ("src/migrations/first.sql", first),
            ("src/migrations/last.sql", "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"),
        ]
    };
    let library = format!("mod migrations;\n{MOOD}");
    let first = "CREATE TYPE mood AS ENUM ('sad', 'ok');";
    let v1: &'static str = v1;
    Crates::one(&library, &files(first, v1)).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 2 migrations in src/migrations (named by a list of migrations in Rust at src/migrations/mod.rs:4)
        --- err
        note: the runner of src/migrations begins with first.sql, as far as all migrations can run after it
    "#]]);
    // Neither schema leads on, so that nothing is known.
    let other = "CREATE TYPE feeling AS ENUM ('sad', 'ok');";
    Crates::one(&library, &files(other, v1)).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: src/migrations (named by a list of migrations in Rust at src/migrations/mod.rs:4)
        --- err
        note: src/lib.rs:4: shop::Mood is not compared: type "mood" does not exist (src/migrations/v1.rs:4)
    "#]]);
    // Both do, and come to different types.
    let tolerant = "pub struct V1;\nimpl Migration for V1 {\n    fn migrate(&self, db: &Connection) -> R {\n        \
                    db.batch_execute(\"ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'\")\n    }\n}\n";
    Crates::one(&library, &files(first, tolerant)).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 1 not compared: 1 uncertain; also read: src/migrations (named by a list of migrations in Rust at src/migrations/mod.rs:4)
        --- err
        note: the runner of src/migrations begins with first.sql, as far as all migrations can run after it
        note: src/lib.rs:4: shop::Mood is not compared: it is not known whether the migrations begin with first.sql or with last.sql (src/migrations/first.sql:1)
    "#]]);
}

#[test]
fn names_of_the_entity_package() {
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"entity\", \"migration\"]\n"),
        ("entity/Cargo.toml", &manifest("entity", "")),
        (
            "migration/Cargo.toml",
            &manifest("migration", "[dependencies]\nentity = { path = \"../entity\" }\n"),
        ),
        (
            "entity/src/lib.rs",
            "pub mod idens;\n#[derive(EnumIter, DeriveActiveEnum)]\n\
          #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"mood\")]\npub enum Mood {\n    \
          #[sea_orm(string_value = \"sad\")]\n    Sad,\n    #[sea_orm(string_value = \"ok\")]\n    Ok,\n}\n",
        ),
        (
            "entity/src/idens.rs",
            "#[derive(DeriveIden, EnumIter)]\npub enum MoodType { #[sea_orm(iden = \"mood\")] Table, Sad, Okay }\n",
        ),
        (
            "migration/src/lib.rs",
            "mod m1;\nimpl MigratorTrait for Migrator {\n    fn migrations() -> Vec<Box<dyn MigrationTrait>> {\n        \
          vec![Box::new(m1::Migration)]\n    }\n}\n",
        ),
        (
            "migration/src/m1.rs",
            "use entity::idens::MoodType;\nimpl MigrationTrait for Migration {\n    \
          async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n        \
          manager.create_type(Type::create().as_enum(MoodType::Table).values(MoodType::iter().skip(1)).to_owned()).await\n    }\n}\n",
        ),
    ]);
    crates.run(&["check", "--workspace"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'ok' to public.mood (created at migration/src/m1.rs:4)
         --> entity/src/lib.rs:7:30
          |
        7 |     #[sea_orm(string_value = "ok")]
          |                              ^^^^
          |
         ::: migration/src/m1.rs:4:1
          |
        4 | CREATE TYPE mood AS ENUM ('sad', 'okay')
          | ---------------------------------------- the type is created here
          |
          = note: `Mood` derives `sea_orm::DeriveActiveEnum`
          = help: add a migration: ALTER TYPE public.mood ADD VALUE 'ok'; or, if it is 'okay' renamed: ALTER TYPE public.mood RENAME VALUE 'okay' TO 'ok';

        warning[extra]: the migrations give public.mood a label that no variant has: 'okay' (migration/src/m1.rs:4)
         --> entity/src/lib.rs:4:10
          |
        4 | pub enum Mood {
          |          ^^^^
          |
         ::: migration/src/m1.rs:4:34
          |
        4 | CREATE TYPE mood AS ENUM ('sad', 'okay')
          |                                  ------ no variant has this label
          |
          = note: `Mood` derives `sea_orm::DeriveActiveEnum`
          = note: to accept it, write `accept = ["public.mood:okay"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: without that, rows that contain it cannot be read

        1 error and 1 warning: 1 enum compared with 1 migration in migration/src (named by a list of migrations in Rust at migration/src/lib.rs:4)
    "#]]);
}
