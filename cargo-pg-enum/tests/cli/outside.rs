//! Packages that are outside the workspace, and a part of it by their path.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, Run, manifest};

const SQL: &str = "CREATE TYPE mood AS ENUM ('sad');\n";

/// An enum with a label that no migration adds.
const SQLX: &str =
    "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, gone }\n";
const OURS: &str = "#[derive(pg_enum::PgEnum)]\npub enum Mood { sad, gone }\n";
const DIESEL: &str = "#[derive(diesel_derive_enum::DbEnum)]\n#[ExistingTypePath = \"crate::sql::Mood\"]\n#[DbValueStyle = \"verbatim\"]\npub enum Mood { sad, gone }\n\
     pub mod sql { #[derive(diesel::sql_types::SqlType)] #[diesel(postgres_type(name = \"mood\"))] pub struct Mood; }\n";
const POSTGRES: &str = "#[derive(Debug, postgres_types::ToSql)]\n#[postgres(name = \"mood\")]\npub enum Mood { sad, gone }\n";

/// The last line: of standard output, if nothing is wrong.
fn last(run: &Run) -> &str {
    run.err.lines().chain(run.out.lines()).last().unwrap_or_default()
}

/// A package `shop` that has this in its manifest, and migrations; and these files elsewhere.
fn shop(more: &str, files: &[(&str, &str)]) -> Crates {
    let crates = Crates::new(files);
    crates.write("shop/Cargo.toml", &manifest("shop", more));
    crates.write("shop/src/lib.rs", "");
    crates.write("shop/migrations/1_a.sql", SQL);
    crates
}

/// Checks that the label is missed which the enum in another package has.
#[track_caller]
fn finds(crates: &Crates) -> Run {
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert_eq!(
        last(&run),
        "1 error: 1 enum compared with 1 migration in shop/migrations (a usual place)",
        "{}",
        run.err
    );
    assert!(run.err.contains("error[missing]: no migration adds the label 'gone'"), "{}", run.err);
    assert_eq!(run.status, Status::Findings);
    run
}

#[test]
fn an_enum_in_a_dependency_is_compared() {
    for library in [SQLX, OURS, DIESEL, POSTGRES] {
        finds(&shop(
            "[dependencies]\ntypes = { path = \"../types\" }\n",
            &[("types/Cargo.toml", &manifest("types", "")), ("types/src/lib.rs", library)],
        ));
    }
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    let crates = shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[("types/Cargo.toml", &manifest("types", "")), ("types/src/lib.rs", OURS)],
    );
    crates.run_in("shop/Cargo.toml", &["check"]).check(&expect![[r#"
        Findings
        --- err
        error[missing]: no migration adds the label 'gone' to public.mood (created at shop/migrations/1_a.sql:1)
         --> types/src/lib.rs:2:22
          |
        2 | pub enum Mood { sad, gone }
          |                      ^^^^
          |
         ::: shop/migrations/1_a.sql:1:1
          |
        1 | CREATE TYPE mood AS ENUM ('sad');
          | -------------------------------- the type is created here
          |
          = help: run `cargo pg-enum generate --manifest-path types/Cargo.toml --migrations shop/migrations` to write the migration

        1 error: 1 enum compared with 1 migration in shop/migrations (a usual place)
    "#]]);
    crates.run_in("shop/Cargo.toml", &["list"]).check(&expect![[r#"
        Clean
        --- out
        types::Mood  pg_enum::PgEnum  mood  differs (1 problem)  types/src/lib.rs:2
          'sad', 'gone'
    "#]]);
    // What the help says does it.
    let migrations = crates.path("shop/migrations");
    let migrations = migrations.to_str().unwrap();
    let run = crates.run_in("types/Cargo.toml", &["generate", "--migrations", migrations]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert_eq!(
        last(&run),
        "1 enum agrees with 2 migrations in shop/migrations (a usual place)",
        "{}",
        run.err
    );
}

#[test]
fn every_way_to_name_a_path() {
    let types =
        [("types/Cargo.toml", manifest("types", "")), ("types/src/lib.rs", SQLX.to_owned())];
    let types: Vec<(&str, &str)> = types.iter().map(|(name, text)| (*name, &**text)).collect();
    for more in [
        "[dependencies]\nother = { package = \"types\", path = \"../types\" }\n",
        "[dependencies]\ntypes = { path = \"../types\", optional = true }\n",
        "[dependencies]\ntypes = { version = \"0.1\", path = \"../types\" }\n",
        "[target.'cfg(windows)'.dependencies]\ntypes = { path = \"../types\" }\n",
        "[workspace.dependencies]\ntypes = { path = \"../types\" }\n[dependencies]\ntypes.workspace = true\n",
        "[dependencies]\ntypes = \"0.1\"\n[patch.crates-io]\ntypes = { path = \"../types\" }\n",
        "[dependencies]\ntypes = \"0.1\"\n[patch.crates-io]\nmine = { package = \"types\", path = \"../types\" }\n",
        "[dependencies]\ntypes = { git = \"https://example.com/types\" }\n\
         [patch.\"https://example.com/types\"]\ntypes = { path = \"../types\" }\n",
    ] {
        finds(&shop(more, &types));
    }
    let crates = shop("[dependencies]\ntypes = \"0.1\"\n", &types);
    crates.write("shop/.cargo/config.toml", "[patch.crates-io]\ntypes = { path = \"../types\" }\n");
    finds(&crates);
}

#[test]
fn a_dependency_of_a_dependency_is_compared() {
    // Outside, through the workspace, and through a package of another workspace.
    let types = manifest("types", "");
    let middle = manifest("middle", "[dependencies]\ntypes = { path = \"../types\" }\n");
    finds(&shop(
        "[dependencies]\nmiddle = { path = \"../middle\" }\n",
        &[
            ("middle/Cargo.toml", &middle),
            ("middle/src/lib.rs", ""),
            ("types/Cargo.toml", &types),
            ("types/src/lib.rs", SQLX),
        ],
    ));
    finds(&shop(
        "[dependencies]\nmiddle = { path = \"../other/middle\" }\n",
        &[
            (
                "other/Cargo.toml",
                "[workspace]\nmembers = [\"middle\", \"types\"]\nresolver = \"2\"\n",
            ),
            ("other/middle/Cargo.toml", &middle),
            ("other/middle/src/lib.rs", ""),
            ("other/types/Cargo.toml", &types),
            ("other/types/src/lib.rs", SQLX),
        ],
    ));
    let inner = manifest("inner", "[dependencies]\ntypes = { path = \"../../types\" }\n");
    finds(&shop(
        "[workspace]\nmembers = [\"inner\"]\n[dependencies]\ninner = { path = \"inner\" }\n",
        &[
            ("shop/inner/Cargo.toml", &inner),
            ("shop/inner/src/lib.rs", ""),
            ("types/Cargo.toml", &types),
            ("types/src/lib.rs", SQLX),
        ],
    ));
    // In a circle, by `dev-dependencies`.
    finds(&shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[
            (
                "types/Cargo.toml",
                &manifest("types", "[dev-dependencies]\nshop = { path = \"../shop\" }\n"),
            ),
            ("types/src/lib.rs", SQLX),
        ],
    ));
}

#[test]
fn what_is_for_tests_or_build_scripts_has_no_enum_of_the_program() {
    let types = manifest("types", "");
    let files = [("types/Cargo.toml", &*types), ("types/src/lib.rs", SQLX)];
    for table in ["dev-dependencies", "build-dependencies"] {
        let crates = shop(&format!("[{table}]\ntypes = {{ path = \"../types\" }}\n"), &files);
        let run = crates.run_in("shop/Cargo.toml", &["check"]);
        assert_eq!(last(&run), "no PostgreSQL enum is found in the source");
    }
    // Of one that is both, the enums count.
    finds(&shop(
        "[dev-dependencies]\ntypes = { path = \"../types\" }\n[dependencies]\ntypes = { path = \"../types\" }\n",
        &files,
    ));
}

#[test]
fn the_migrations_may_be_in_the_dependency() {
    for (library, folder) in [
        ("", "store/migrations (a usual place)"),
        (
            "pub static M: X = sqlx::migrate!(\"./steps\");\n",
            "store/steps (named by sqlx::migrate! at store/src/lib.rs:1)",
        ),
    ] {
        let crates = Crates::new(&[
            (
                "shop/Cargo.toml",
                &manifest("shop", "[dependencies]\nstore = { path = \"../store\" }\n"),
            ),
            ("shop/src/lib.rs", SQLX),
            ("store/Cargo.toml", &manifest("store", "")),
            ("store/src/lib.rs", library),
            (
                if library.is_empty() { "store/migrations/1_a.sql" } else { "store/steps/1_a.sql" },
                SQL,
            ),
        ]);
        let run = crates.run_in("shop/Cargo.toml", &["check"]);
        assert_eq!(
            last(&run),
            format!("1 error: 1 enum compared with 1 migration in {folder}"),
            "{}",
            run.err
        );
    }
}

#[test]
fn a_type_that_only_others_have_is_not_missed() {
    // The package is of several programs, each with a database of its own.
    for library in [
        "#[derive(pg_enum::PgEnum)]\npub enum Mood { sad }\n#[derive(pg_enum::PgEnum)]\npub enum Size { small }\n",
        "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad }\n\
         #[derive(sqlx::Type)]\n#[sqlx(type_name = \"size\")]\npub enum Size { small }\n",
    ] {
        let crates = shop(
            "[dependencies]\ntypes = { path = \"../types\" }\n",
            &[("types/Cargo.toml", &manifest("types", "")), ("types/src/lib.rs", library)],
        );
        let run = crates.run_in("shop/Cargo.toml", &["check"]);
        assert_eq!(
            last(&run),
            "1 enum agrees with 1 migration in shop/migrations (a usual place); 1 not compared: 1 without a type of that \
             name",
            "{}",
            run.err
        );
        assert_eq!(run.status, Status::Clean);
    }
    let crates = shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[
            ("types/Cargo.toml", &manifest("types", "")),
            ("types/src/lib.rs", "#[derive(pg_enum::PgEnum)]\npub enum Size { small }\n"),
        ],
    );
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert!(run.err.contains("error[nothing-compared]"), "{}", run.err);
    assert_eq!(run.status, Status::Findings);
}

#[test]
fn the_configuration_of_what_depends_on_it_counts() {
    let types =
        [("types/Cargo.toml", manifest("types", "")), ("types/src/lib.rs", OURS.to_owned())];
    let types: Vec<(&str, &str)> = types.iter().map(|(name, text)| (*name, &**text)).collect();
    let crates = shop(
        "[package.metadata.pg-enum]\nmigrations = \"steps\"\n[dependencies]\ntypes = { path = \"../types\" }\n",
        &types,
    );
    crates.write("shop/steps/1_a.sql", SQL);
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert_eq!(
        last(&run),
        "1 error: 1 enum compared with 1 migration in shop/steps (configured in shop/Cargo.toml)",
        "{}",
        run.err
    );
    // Its own comes first.
    crates.write(
        "types/Cargo.toml",
        &manifest("types", "[package.metadata.pg-enum]\nmigrations = \"own\"\n"),
    );
    crates.write("types/own/1_a.sql", "CREATE TYPE mood AS ENUM ('sad', 'gone');\n");
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert_eq!(
        last(&run),
        "1 enum agrees with 1 migration in types/own (configured in types/Cargo.toml)",
        "{}",
        run.err
    );
}

#[test]
fn what_cannot_be_read_is_said() {
    let crates = shop(
        "[dependencies]\ntypes = { path = \"../types\" }\nsize = { path = \"../size\" }\n",
        &[
            ("size/Cargo.toml", "[package]\nname = \"size\"\nversion.workspace = true\n"),
            ("size/src/lib.rs", SQLX),
        ],
    );
    crates.run_in("shop/Cargo.toml", &["check"]).check(&expect![[r#"
        Clean
        --- out
        no PostgreSQL enum is found in the source
        --- err
        note: the path dependency size is not read: failed to parse manifest at `size/Cargo.toml`
        note: the path dependency types is not read: No such file or directory (os error 2)
    "#]]);
}

#[test]
fn adopt_does_not_change_it() {
    let crates = shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[("types/Cargo.toml", &manifest("types", "")), ("types/src/lib.rs", SQLX)],
    );
    let run = crates.run_in("shop/Cargo.toml", &["adopt", "--dry-run"]);
    assert!(!run.out.contains("types/src/lib.rs"), "{}{}", run.out, run.err);
    assert!(!run.err.contains("types/src/lib.rs"), "{}{}", run.out, run.err);
}

#[test]
fn a_member_that_the_package_depends_on_is_a_part_of_it() {
    for library in [SQLX, OURS] {
        let crates = shop(
            "[workspace]\nmembers = [\"types\"]\n[dependencies]\ntypes = { path = \"types\" }\n",
            &[
                ("shop/types/Cargo.toml", &manifest("types", "")),
                ("shop/types/src/lib.rs", library),
            ],
        );
        finds(&crates);
        // Whoever names one package wants no other.
        let run = crates.run_in("shop/Cargo.toml", &["check", "-p", "shop"]);
        assert_eq!(last(&run), "no PostgreSQL enum is found in the source");
        // As one of the workspace, it is compared once.
        let run = crates.run_in("shop/Cargo.toml", &["check", "--workspace"]);
        assert_eq!(run.err.matches("error[").count(), 1, "{}", run.err);
    }
}

#[test]
fn a_type_that_an_own_enum_agrees_with_is_not_that_of_another() {
    let own = "#[derive(pg_enum::PgEnum)]\npub enum Mood { sad }\n";
    let crates = shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[("types/Cargo.toml", &manifest("types", "")), ("types/src/lib.rs", OURS)],
    );
    crates.write("shop/src/lib.rs", own);
    let run = crates.run_in("shop/Cargo.toml", &["check"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    assert!(
        run.err.contains("that of shop::Mood, which agrees with it"),
        "{} {}",
        run.err,
        run.out
    );
}

#[test]
fn a_mistake_in_the_configuration_of_another_project_is_a_note() {
    let wrong = "[package.metadata.pg-enum]\nnothing = 1\n";
    let run = finds(&shop(
        "[dependencies]\ntypes = { path = \"../types\" }\n",
        &[("types/Cargo.toml", &manifest("types", wrong)), ("types/src/lib.rs", OURS)],
    ));
    assert!(
        run.err.contains("goes by what is configured of the package that depends on it"),
        "{}",
        run.err
    );
}
