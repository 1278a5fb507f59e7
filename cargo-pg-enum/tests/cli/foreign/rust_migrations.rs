//! Migrations that are Rust, between others and alone.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, Run};

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
        note: migrations/m0002_more.rs:1: it is uncertain whether a runner calls this migration in Rust; the SQL in its literals is taken to be run here
    "#]]);
    let less = more.replace("'happy'", "'glad'");
    check(&[FIRST, ("migrations/m0002_more.rs", &less), LAST]).check(&expect![[r#"
        Findings
        --- err
        note: migrations/m0002_more.rs:1: it is uncertain whether a runner calls this migration in Rust; the SQL in its literals is taken to be run here
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
          = note: to accept it, say `accept = ["public.mood:glad"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: a row that has it cannot be read without

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
            note: src/lib.rs:3: shop::Mood is not compared: what this migration does is not known: it is no SQL (migrations/m0002_more.rs:1)
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
          = note: to accept it, say `accept = ["public.mood:glad"]` in `[package.metadata.pg-enum]`
          = help: add a variant for it: a row that has it cannot be read without

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
