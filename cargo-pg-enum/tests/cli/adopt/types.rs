//! Where the type of an enum is looked up: as `check` does, before and after.

use expect_test::expect;

use super::{adopt, package};
use crate::harness::{Crates, manifest};

const SQLX: &str = "sqlx = { version = \"0.8\", features = [\"postgres\"] }";

#[test]
fn a_type_in_a_schema_beside_the_migrations() {
    for schema in ["database/schema.sql", "db/init.sql", "structure.sql"] {
        let library =
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, ok }\n";
        let crates = package(SQLX, library, "CREATE TYPE phase AS ENUM ('new');\n");
        crates.write(schema, "CREATE TYPE mood AS ENUM ('sad', 'ok');\n");
        let run = adopt(&crates);
        assert!(run.err.ends_with("1 enum adopted\n"), "{}", run.err);
        assert_eq!(
            crates.read("src/lib.rs"),
            "#[derive(pg_enum::PgEnum)]\npub enum Mood { sad, ok }\n"
        );
    }
}

#[test]
fn labels_of_a_schema_that_differ() {
    let library =
        "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, ok, glad }\n";
    let crates = package(SQLX, library, "CREATE TYPE phase AS ENUM ('new');\n");
    crates.write("database/schema.sql", "CREATE TYPE mood AS ENUM ('sad', 'ok');\n");
    let run = adopt(&crates);
    assert!(run.err.ends_with("1 enum adopted\n"), "{}", run.err);
}

/// A workspace in which several packages have migrations, and the enum's has none.
fn between(names: [&str; 2]) -> Crates {
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nresolver = \"2\"\nmembers = [\"types\", \"one\", \"two\"]\n"),
        (
            "types/src/lib.rs",
            "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\npub enum Mood { sad, ok }\n",
        ),
    ]);
    for (dir, name) in ["one", "two"].into_iter().zip(names) {
        crates.write(
            &format!("{dir}/Cargo.toml"),
            &manifest(dir, &format!("\n[dependencies]\n{SQLX}\n")),
        );
        crates.write(&format!("{dir}/src/lib.rs"), "pub fn f() { sqlx::migrate!(); }\n");
        let sql = format!("CREATE TYPE {name} AS ENUM ('sad', 'ok');\n");
        crates.write(&format!("{dir}/migrations/1_a.sql"), &sql);
    }
    crates.write("types/Cargo.toml", &manifest("types", &format!("\n[dependencies]\n{SQLX}\n")));
    crates
}

#[test]
fn the_one_of_several_folders_that_has_the_type() {
    let run = between(["mood", "phase"]).run(&["adopt", "--workspace", "--dry-run"]);
    assert!(run.err.ends_with("1 enum adopted\n"), "{}", run.err);
    let run = between(["mood", "mood"]).run(&["adopt", "--workspace", "--dry-run"]);
    expect![[r#"
        note: types/src/lib.rs:3: types::Mood is left alone: its type is in one/migrations, and `check` would not compare `PgEnum` with that; name it with `migrations` in `[package.metadata.pg-enum]`
    "#]].assert_eq(&run.err);
}
