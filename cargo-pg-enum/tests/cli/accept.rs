//! Labels that only the migrations have.

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

const SQL: &str = "CREATE TYPE mood AS ENUM ('sad', 'legacy', 'older');\n";

/// A package with this configuration, and its enum under this derive.
fn package(derive: &str, config: &str) -> Crates {
    let library =
        format!("#[derive({derive})]\n#[sqlx(type_name = \"mood\")]\nenum Mood {{ sad }}\n");
    let crates = Crates::one(&library, &[("migrations/1_a.sql", SQL)]);
    let more = format!("[workspace]\n[package.metadata.pg-enum]\n{config}");
    crates.write("Cargo.toml", &manifest("shop", &more));
    crates
}

#[test]
fn a_warning_unless_it_is_denied() {
    for derive in ["PgEnum", "sqlx::Type"] {
        let crates = package(derive, "");
        assert_eq!(crates.run(&["check"]).status, Status::Clean);
        let run = crates.run(&["check", "--deny", "extra"]);
        assert_eq!(run.status, Status::Findings);
        assert!(run.err.starts_with("error[extra]: "), "{}", run.err);
    }
}

#[test]
fn accepted_where_it_stands() {
    for derive in ["PgEnum", "sqlx::Type"] {
        let crates = package(derive, "accept = [\"public.mood:legacy\"]\n");
        let run = crates.run(&["check"]);
        assert_eq!(run.status, Status::Clean);
        assert!(run.err.contains("a label that no variant has: 'older'"), "{}", run.err);
        assert!(!run.err.contains("'legacy' ("), "{}", run.err);
        let both = "accept = [\"public.mood:legacy\", \"public.mood:older\"]\n";
        let run = package(derive, both).run(&["check", "--deny", "extra"]);
        assert_eq!((run.status, &*run.err), (Status::Clean, ""));
    }
}

#[test]
fn generate_goes_on_with_an_accepted_label() {
    let both = "accept = [\"public.mood:legacy\", \"public.mood:older\"]\n";
    let crates = package("PgEnum", both);
    crates.write("src/lib.rs", "#[derive(PgEnum)]\nenum Mood { sad, happy }\n");
    let run = crates.run(&["generate", "--dry-run"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    assert!(run.out.contains("ADD VALUE IF NOT EXISTS 'happy' AFTER 'sad'"), "{}", run.out);
    assert_eq!(crates.run(&["generate"]).status, Status::Clean);
    assert_eq!(crates.run(&["check", "--deny", "extra"]).status, Status::Clean);
}

#[test]
fn an_entry_that_is_not_needed() {
    let config = "accept = [\n  \"public.mood:legacy\",\n  \"public.mood:older\",\n  \"public.mood:sad\",\n]\n";
    package("sqlx::Type", config).run(&["check"]).check(&expect![[r#"
        Findings
        --- err
        error[unused-accept]: `public.mood:sad` is accepted, but this is not needed
          --> Cargo.toml:10:3
           |
        10 |   "public.mood:sad",
           |   ^^^^^^^^^^^^^^^^^
           |
           = note: no compared enum lacks this label; the format of an entry is `schema.type:label`
           = help: remove the entry

        1 error: 1 enum compared with 1 migration in migrations (a usual place)
    "#]]);
}

#[test]
fn an_entry_of_the_workspace_may_be_needed_by_another_package() {
    let accept =
        "[workspace.metadata.pg-enum]\naccept = [\"public.mood:legacy\", \"public.mood:older\"]\n";
    let workspace =
        format!("[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"2\"\n{accept}");
    let crates = Crates::new(&[
        ("Cargo.toml", &workspace),
        ("one/Cargo.toml", &manifest("one", "")),
        ("one/src/lib.rs", "#[derive(PgEnum)]\nenum Size { S }\n"),
        ("two/Cargo.toml", &manifest("two", "")),
        ("two/src/lib.rs", "#[derive(PgEnum)]\nenum Mood { sad }\n"),
        ("migrations/1_a.sql", &format!("{SQL}CREATE TYPE size AS ENUM ('S');\n")),
    ]);
    for arguments in [&["check"][..], &["check", "-p", "one"], &["check", "-p", "two"]] {
        let run = crates.run(arguments);
        assert_eq!(run.status, Status::Clean, "{arguments:?} {}", run.err);
    }
}
