//! SQL that a program includes and runs, and paths that are no plain literals.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, Run, manifest};

const SQL: &str = "CREATE TYPE mood AS ENUM ('sad');\n";
const MOOD: &str =
    "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, gone }\n";
const OURS: &str = "#[derive(pg_enum::PgEnum)]\npub enum Mood { sad, gone }\n";

/// The last line: of standard output, if nothing is wrong.
fn last(run: &Run) -> &str {
    run.err.lines().chain(run.out.lines()).last().unwrap_or_default()
}

/// Checks one package: the label that is missing shows that the SQL is found.
#[track_caller]
fn finds(library: &str, files: &[(&str, &str)], folder: &str) {
    let run = Crates::one(library, files).run(&["check"]);
    assert_eq!(last(&run), format!("1 error: 1 enum compared with {folder}"), "{}", run.err);
    assert!(run.err.contains("error[missing]: no migration adds the label 'gone'"), "{}", run.err);
    assert_eq!(run.status, Status::Findings);
}

#[test]
fn a_schema_that_is_included_is_read() {
    let origin = "assumed to be run and to be the schema of the database";
    for call in [
        "pub async fn f(db: &Pool) { sqlx::raw_sql(include_str!(\"../tables.sql\")).execute(db).await; }",
        "pub async fn f(db: &Pool) { sqlx::query(include_str!(\"../tables.sql\")).execute(db).await; }",
        "pub fn f(db: &mut Client) { db.batch_execute(include_str!(\"../tables.sql\")); }",
        "pub fn f(db: &mut C) { diesel::sql_query(include_str!(\"../tables.sql\")).execute(db); }",
        "pub fn f(db: &mut C) { db.batch_execute(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/tables.sql\"))); }",
        "const TABLES: &str = include_str!(\"../tables.sql\"); // and then: batch_execute(TABLES)",
    ] {
        for library in [MOOD, OURS] {
            let lines = library.lines().count() + 1;
            finds(
                &format!("{library}{call}\n"),
                &[("tables.sql", SQL)],
                &format!("1 migration in tables.sql (included at src/lib.rs:{lines}, {origin})"),
            );
        }
    }
}

#[test]
fn several_are_run_in_their_order() {
    let library = format!(
        "{MOOD}const SQL: [&str; 4] = [\n include_str!(\"../sql/z_types.sql\"),\n include_str!(\"../sql/a_labels.sql\"),\n \
         include_str!(\"../sql/query.sql\"),\n include_str!(\"../sql/z_types.down.sql\")];\n"
    );
    finds(
        &library,
        &[
            ("sql/z_types.sql", "CREATE TYPE mood AS ENUM ('bad');\n"),
            ("sql/a_labels.sql", "ALTER TYPE mood RENAME VALUE 'bad' TO 'sad';\n"),
            ("sql/query.sql", "SELECT * FROM nothing WHERE mood = $1\n"),
            ("sql/z_types.down.sql", "DROP TYPE mood; CREATE TABLE t ();\n"),
        ],
        "2 migrations in sql (included at src/lib.rs:5, assumed to be run and to be the schema of the database)",
    );
}

#[test]
fn what_is_wrong_with_it_is_said() {
    let library = format!("{OURS}pub const SQL: &str = include_str!(\"../tables.sql\");\n");
    let crates = Crates::one(&library, &[("tables.sql", SQL)]);
    crates.run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'gone' to public.mood (created at tables.sql:1)
         --> src/lib.rs:2:22
          |
        2 | pub enum Mood { sad, gone }
          |                      ^^^^
          |
         ::: tables.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          | -------------------------------- the type is created here
          |
          = help: change the type in that script and in the database; `cargo pg-enum generate` writes no script

        1 error: 1 enum compared with 1 migration in tables.sql (included at src/lib.rs:3, assumed to be run and to be the schema of the database)
    "#]]);
    crates.run(&["generate"]).check(&expect![[r#"
        Failed
        --- err
        error: no folder of migrations is found, and only tables.sql (included at src/lib.rs:3, assumed to be run and to be the schema of the database)
        help: change the type in that file and in the database, or name a folder with --migrations DIR
    "#]]);
    crates.run(&["record"]).check(&expect![[r#"
        Failed
        --- err
        error: no folder of migrations is found, and only tables.sql (included at src/lib.rs:3, assumed to be run and to be the schema of the database)
        help: change the type in that file and in the database, or name a folder with --migrations DIR
    "#]]);
    // Whether the file changes.
    crates.write("tables.sql", "CREATE TYPE mood AS ENUM ('sad', 'gone');\n");
    let run = crates.run(&["check"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let library = format!("{MOOD}pub const SQL: &str = include_str!(\"../nothing.sql\");\n");
    let run = Crates::one(&library, &[]).run(&["check"]);
    run.check(&expect![[r#"
        Findings
        --- err
        note: src/lib.rs:4: nothing.sql, which include_str! names, is not read: No such file or directory (os error 2)
        error[nothing-compared]: nothing is compared: 1 enum found, and no folder of migrations is found
         --> src/lib.rs:3:10
          |
        3 | pub enum Mood { sad, gone }
          |          ^^^^
          |
          = note: `shop::Mood`: no folder of migrations is found
          = help: name the folder with --migrations DIR, or with `migrations` in `[package.metadata.pg-enum]` of its Cargo.toml; if no migrations create these types, set `nothing-compared = "allow"` there

        1 error: no enum is compared; 1 not compared: 1 without a folder of migrations
    "#]]);
}

#[test]
fn migrations_come_before_it() {
    let library = format!("{MOOD}pub const SQL: &str = include_str!(\"../old.sql\");\n");
    let old = ("old.sql", "CREATE TYPE mood AS ENUM ('older');\nCREATE TYPE size AS ENUM ('s');\n");
    finds(
        &library,
        &[old, ("migrations/1_a.sql", SQL)],
        "1 migration in migrations (a usual place)",
    );
    // What they do not have may be in it.
    let library = format!(
        "{library}#[derive(sqlx::Type)]\n#[sqlx(type_name = \"size\")]\npub enum Size {{ s }}\n"
    );
    let files = [old, ("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('sad', 'gone');\n")];
    let run = Crates::one(&library, &files).run(&["check"]);
    assert_eq!(
        last(&run),
        "2 enums agree with 2 migrations in migrations (a usual place), old.sql (included at src/lib.rs:4, assumed to be \
         run and to be the schema of the database)",
        "{}",
        run.err
    );
    // A runner of the program's own includes what is in the folder.
    let library = format!(
        "{MOOD}pub const ALL: [&str; 2] = [include_str!(\"../migrations/1_a.sql\"), include_str!(\"../migrations/2_b.sql\")];\n"
    );
    let files = [
        ("migrations/1_a.sql", "CREATE TYPE mood AS ENUM ('bad');\n"),
        ("migrations/2_b.sql", "ALTER TYPE mood RENAME VALUE 'bad' TO 'sad';\n"),
    ];
    finds(&library, &files, "2 migrations in migrations (a usual place)");
}

#[test]
fn another_package_includes_it() {
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"model\", \"store\"]\nresolver = \"2\"\n"),
        ("model/Cargo.toml", &manifest("model", "")),
        ("model/src/lib.rs", MOOD),
        ("store/Cargo.toml", &manifest("store", "")),
        ("store/src/main.rs", "mod db;\n"),
        ("store/src/db.rs", "pub const SQL: &str = include_str!(\"sql/base.sql\");\n"),
        ("store/src/sql/base.sql", SQL),
    ]);
    let run = crates.run_in("model/Cargo.toml", &["check"]);
    assert_eq!(
        last(&run),
        "1 error: 1 enum compared with 1 migration in store/src/sql/base.sql (included at store/src/db.rs:1, assumed to be \
         run and to be the schema of the database)",
        "{}",
        run.err
    );
}

#[test]
fn a_migration_in_rust_includes_its_sql() {
    let up = |call: &str| {
        format!(
            "pub async fn up(db: &mut PgConnection) -> R {{\n    {call}.execute(db).await?;\n    Ok(())\n}}\n"
        )
    };
    for call in [
        "sqlx::raw_sql(include_str!(\"../sql/2.sql\"))",
        "sqlx::raw_sql(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/sql/2.sql\")))",
        "sqlx::query(include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/\", \"sql/2.sql\")))",
    ] {
        let crates = Crates::one(
            MOOD,
            &[
                ("migrations/1_a.sql", SQL),
                ("migrations/2_b.rs", &up(call)),
                ("sql/2.sql", "ALTER TYPE mood ADD VALUE 'gone';\n"),
            ],
        );
        let run = crates.run(&["check"]);
        assert_eq!(
            last(&run),
            "1 enum agrees with 2 migrations in migrations (a usual place)",
            "{call}: {}",
            run.err
        );
    }
}

#[test]
fn a_path_is_followed_through_names() {
    let files = [("db/steps/1_a.sql", SQL)];
    for (line, by, text) in [
        (
            4,
            "sqlx::migrate!",
            "pub static M: M = sqlx::migrate!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/db/steps\"));",
        ),
        (
            5,
            "sqlx::migrate::Migrator::new",
            "const STEPS: &str = concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/db/steps\");\n\
             pub async fn f() { sqlx::migrate::Migrator::new(std::path::Path::new(STEPS)).await; }",
        ),
        (
            5,
            "sqlx::migrate::Migrator::new",
            "pub async fn f() { let dir = Path::new(env!(\"CARGO_MANIFEST_DIR\")).join(\"db\").join(\"steps\");\n\
             sqlx::migrate::Migrator::new(dir).await; }",
        ),
        (
            4,
            "sqlx::migrate::Migrator::new",
            "pub async fn f() { sqlx::migrate::Migrator::new(Path::new(&format!(\"{}/db/steps\", env!(\"CARGO_MANIFEST_DIR\")))).await; }",
        ),
    ] {
        finds(
            &format!("{MOOD}{text}\n"),
            &files,
            &format!("1 migration in db/steps (named by {by} at src/lib.rs:{line})"),
        );
    }
}

#[test]
fn what_is_not_known_is_said_once() {
    let call = "sqlx::migrate::Migrator::new(Path::new(&args.dir)).await;";
    let library = format!("{MOOD}pub async fn f(args: A) {{\n{call}\n{call}\n{call}\n}}\n");
    let run = Crates::one(&library, &[("migrations/1_a.sql", SQL)]).run(&["check"]);
    let notes: Vec<&str> = run.err.lines().filter(|line| line.starts_with("note: ")).collect();
    assert_eq!(
        notes,
        [
            "note: src/lib.rs:5: the folder that sqlx::migrate::Migrator::new names cannot be told from the source; the same at \
             src/lib.rs:6, src/lib.rs:7"
        ]
    );
}

#[test]
fn one_line_keeps_its_order() {
    let library = format!(
        "{MOOD}pub static ALL: &[(&str, &str)] = &[(\"z\", include_str!(\"../sql/z.sql\")), (\"a\", include_str!(\"../sql/a.sql\")), (\"b\", include_str!(\"../sql/sqlite.sql\"))];\n"
    );
    finds(
        &library,
        &[
            ("sql/z.sql", SQL),
            ("sql/a.sql", "CREATE TABLE t (m mood);\n"),
            ("sql/sqlite.sql", "CREATE TABLE t (m text);\n"),
        ],
        "2 migrations in sql (included at src/lib.rs:4, assumed to be run and to be the schema of the database)",
    );
    // An order that is wrong is no finding: it is assumed.
    let library = format!(
        "{MOOD}pub const A: &str = include_str!(\"../sql/a.sql\");\npub const Z: &str = include_str!(\"../sql/z.sql\");\n"
    );
    let files = [("sql/z.sql", SQL), ("sql/a.sql", "CREATE TABLE t (m mood);\n")];
    let run = Crates::one(&library, &files).run(&["check"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    assert!(run.err.contains("is not compared: type \"mood\" does not exist"), "{}", run.err);
}

#[test]
fn names_with_a_schema() {
    let create = "CREATE SCHEMA app2;\nCREATE TYPE app2.phase AS ENUM ('new');\n";
    for (derive, there, nearest) in [
        (
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"app2.phase\")]",
            "CREATE TYPE phase AS ENUM ('new');\n",
            "no migration creates the type app2.phase, the nearest is public.phase",
        ),
        // postgres-types compares the name alone.
        (
            "#[derive(postgres_types::ToSql)]\n#[postgres(name = \"app2.phase\")]",
            create,
            "no migration creates the type \"app2.phase\", the nearest is app2.phase",
        ),
    ] {
        let library = format!("{derive}\npub enum Phase {{ new }}\n");
        let run = Crates::one(&library, &[("migrations/1_a.sql", there)]).run(&["check"]);
        assert!(run.err.contains(nearest), "{}", run.err);
        assert_eq!(run.status, Status::Findings);
    }
}

#[test]
fn the_order_of_the_names_where_that_of_the_calls_is_refused() {
    let library = format!(
        "{OURS}const B: &str = include_str!(\"../m/2.sql\");\nconst A: &str = include_str!(\"../m/1.sql\");\n\
         const C: &str = include_str!(\"../m/3_rollback.sql\");\nconst D: &str = include_str!(\"../m/down/1.sql\");\n"
    );
    let back = "CREATE TYPE mood AS ENUM ('old');\n";
    let two = "ALTER TYPE mood RENAME VALUE 'bad' TO 'sad';\n";
    let one = "CREATE TYPE mood AS ENUM ('bad');\n";
    let files =
        [("m/1.sql", one), ("m/2.sql", two), ("m/3_rollback.sql", back), ("m/down/1.sql", back)];
    let run = Crates::one(&library, &files).run(&["check"]);
    assert!(run.err.contains("error[missing]: no migration adds the label 'gone'"), "{}", run.err);
    assert!(!run.err.contains("error[refused]"), "{}", run.err);
}
