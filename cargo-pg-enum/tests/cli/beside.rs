//! A schema beside the migrations, which is assumed to be what they begin with.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::Crates;

#[test]
fn a_schema_beside_the_migrations() {
    let library = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\", rename_all = \"lowercase\")]\n\
                   pub enum Mood { Sad, Ok }\n#[derive(sqlx::Type)]\n#[sqlx(type_name = \"phase\", rename_all = \"lowercase\")]\n\
                   pub enum Phase { New }\n";
    let phase = ("migrations/0001_phase.sql", "CREATE TYPE phase AS ENUM ('new');");
    let schema = (
        "database/schema.sql",
        "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TYPE phase AS ENUM ('old');",
    );
    Crates::one(library, &[phase, schema]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        2 enums agree with 2 migrations in migrations (a usual place), database (it has schema.sql, assumed to be the schema of the database)
    "#]]);
    // The migrations' own type counts, and one that they may have changed is in doubt.
    let change = ("migrations/0002_mood.sql", "ALTER TYPE mood ADD VALUE 'glad';");
    Crates::one(library, &[phase, change, schema]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        no enum is compared; 2 not compared: 2 uncertain; also read: migrations (a usual place)
        --- err
        note: src/lib.rs:3: shop::Mood is not compared: type "mood" does not exist (migrations/0002_mood.sql:1)
        note: src/lib.rs:6: shop::Phase is not compared: type "mood" does not exist (migrations/0002_mood.sql:1)
    "#]]);
    // Two that differ.
    let other = ("db/init.sql", "CREATE TYPE mood AS ENUM ('sad');");
    let third = ("structure.sql", "CREATE TYPE mood AS ENUM ('sad', 'glad');");
    Crates::one(library, &[phase, other, third]).run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        1 enum agrees with 1 migration in migrations (a usual place); 1 not compared: 1 with a type in more than one folder; also read: structure.sql (a schema beside the migrations, assumed to be what they begin with), db/init.sql (a schema beside the migrations, assumed to be what they begin with)
        --- err
        note: src/lib.rs:3: shop::Mood is not compared: more than one folder has its type, with different labels: structure.sql (a schema beside the migrations, assumed to be what they begin with), db/init.sql (a schema beside the migrations, assumed to be what they begin with)
    "#]]);
}

/// The same for enums that derive `PgEnum`.
const LIBRARY: &str = "#[derive(pg_enum::PgEnum)]\n#[pg_enum(rename_all = \"lowercase\")]\npub enum Mood { Sad, Ok }\n\
                       #[derive(pg_enum::PgEnum)]\n#[pg_enum(rename_all = \"lowercase\")]\npub enum Phase { New }\n";
const PHASE: (&str, &str) = ("migrations/0001_phase.sql", "CREATE TYPE phase AS ENUM ('new');");
const SCHEMA: (&str, &str) = (
    "database/schema.sql",
    "CREATE TYPE mood AS ENUM ('sad', 'ok');\nCREATE TYPE phase AS ENUM ('old');",
);

#[test]
fn a_type_that_no_migration_makes() {
    let crates = Crates::one(LIBRARY, &[PHASE, SCHEMA]);
    crates.run(&["check"]).check(&expect![[r#"
        Clean
        --- out
        2 enums agree with 2 migrations in migrations (a usual place), database (it has schema.sql, assumed to be the schema of the database)
    "#]]);
    // What the migrations create, the schema says nothing of.
    crates.write("src/lib.rs", &LIBRARY.replace("Sad, Ok", "Sad, Ok, Glad").replace("New", "Old"));
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'old' to public.phase (created at migrations/0001_phase.sql:1)
         --> src/lib.rs:6:18
          |
        6 | pub enum Phase { Old }
          |                  ^^^
          |
         ::: migrations/0001_phase.sql:1:1
          |
        1 | CREATE TYPE phase AS ENUM ('new');
          | --------------------------------- the type is created here
          |
          = help: if it is a new name for 'new', add `#[pg_enum(was = "new")]`; then run `cargo pg-enum generate` to write the migration

        warning[extra]: the migrations give public.phase a label that no variant has: 'new' (migrations/0001_phase.sql:1)
         --> src/lib.rs:6:10
          |
        6 | pub enum Phase { Old }
          |          ^^^^^
          |
         ::: migrations/0001_phase.sql:1:28
          |
        1 | CREATE TYPE phase AS ENUM ('new');
          |                            ----- no variant has this label
          |
          = note: to accept it, write `accept = ["public.phase:new"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it, forbid it in rows with `#[pg_enum(retired("new"))]`, or run `cargo pg-enum generate` to replace the type, because `ALTER TYPE` cannot remove a label

        error[missing]: no migration adds the label 'glad' to public.mood (created at database/schema.sql:1)
         --> src/lib.rs:3:26
          |
        3 | pub enum Mood { Sad, Ok, Glad }
          |                          ^^^^
          |
         ::: database/schema.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok');
          | -------------------------------------- the type is created here
          |
          = note: the schema in database is assumed to be what the migrations begin with
          = help: change the type in that schema and in the database; `cargo pg-enum generate` does not change it

        2 errors and 1 warning: 2 enums compared with 2 migrations in migrations (a usual place), database (it has schema.sql, assumed to be the schema of the database); also read: database/schema.sql (a schema beside the migrations, assumed to be what they begin with)
    "#]]);
}

#[test]
fn what_generate_makes_of_it() {
    let crates = Crates::one(LIBRARY, &[PHASE, SCHEMA]);
    // No migration can change it; one that creates it does nothing where it is there.
    crates.write("src/lib.rs", &LIBRARY.replace("Sad, Ok", "Sad, Ok, Glad"));
    crates.run(&["generate"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'glad' to public.mood (created at database/schema.sql:1)
         --> src/lib.rs:3:26
          |
        3 | pub enum Mood { Sad, Ok, Glad }
          |                          ^^^^
          |
         ::: database/schema.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad', 'ok');
          | -------------------------------------- the type is created here
          |
          = note: the schema in database is assumed to be what the migrations begin with
          = help: change the type in that schema and in the database; `cargo pg-enum generate` does not change it

        nothing was written
    "#]]);
    crates.write("src/lib.rs", LIBRARY);
    let run = crates.run(&["generate"]);
    assert!(run.out.contains("_create_type_mood"), "{}{}", run.out, run.err);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
}

#[test]
fn a_type_that_migrations_drop_or_may_have_changed() {
    for (migration, expected) in [
        (
            "CREATE TYPE mood AS ENUM ('sad', 'ok');\nDROP TYPE mood;\n",
            expect![[r#"
                Findings
                --- err
                error[dropped]: a migration drops the type public.mood (migrations/0002_mood.sql:2)
                 --> src/lib.rs:3:10
                  |
                3 | pub enum Mood { Sad, Ok }
                  |          ^^^^
                  |
                 ::: migrations/0002_mood.sql:2:1
                  |
                2 | DROP TYPE mood;
                  | -------------- it is dropped here
                  |
                  = help: run `cargo pg-enum generate` to create it again, or remove the enum

                1 error: 2 enums compared with 2 migrations in migrations (a usual place)
            "#]],
        ),
        (
            "ALTER TYPE mood ADD VALUE 'glad';\n",
            expect![[r#"
            Findings
            --- err
            note: src/lib.rs:3: shop::Mood is not compared: a migration is refused
            note: src/lib.rs:6: shop::Phase is not compared: a migration is refused
            error[refused]: type "mood" does not exist
             --> migrations/0002_mood.sql:1:12
              |
            1 | ALTER TYPE mood ADD VALUE 'glad';
              |            ^^^^
              |
              = note: SQLSTATE 42704
              = note: nothing in the folder says which tool runs it; sqlx is assumed, because the nearest manifest above it is a Cargo.toml; name another with --tool

            1 error: no enum is compared; 2 not compared: 2 uncertain; also read: migrations (a usual place)
        "#]],
        ),
    ] {
        let crates =
            Crates::one(LIBRARY, &[PHASE, SCHEMA, ("migrations/0002_mood.sql", migration)]);
        crates.run(&["check"]).check(&expected);
    }
}

#[test]
fn several_schemas_and_a_configured_folder() {
    // Of two that differ, the one counts that agrees.
    let other = ("db/init.sql", "CREATE TYPE mood AS ENUM ('sad');");
    Crates::one(LIBRARY, &[PHASE, other, ("database/init.sql", SCHEMA.1)])
        .run(&["check"])
        .check(&expect![[r#"
            Clean
            --- out
            2 enums agree with 2 migrations in migrations (a usual place), database/init.sql (a schema beside the migrations, assumed to be what they begin with); also read: db/init.sql (a schema beside the migrations, assumed to be what they begin with)
        "#]]);
    // A folder that the configuration names is the only one.
    let crates = Crates::one(LIBRARY, &[PHASE, SCHEMA]);
    crates.run(&["check", "--migrations", &crates.path("migrations").display().to_string()]).check(&expect![[r#"
        Findings
        --- err
        error[never-created]: no migration creates the type public.mood
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { Sad, Ok }
          |          ^^^^
          |
          = help: run `cargo pg-enum generate` to write the migration, or add `#[pg_enum(external)]` if something else creates the type

        1 error: 2 enums compared with 1 migration in migrations (named by --migrations)
    "#]]);
}
