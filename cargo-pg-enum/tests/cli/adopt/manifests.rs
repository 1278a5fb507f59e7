//! The dependency on pg-enum, as `adopt` and `init` add it.

use cargo_pg_enum::Status;
use expect_test::{Expect, expect};

use super::{lines, without_version};
use crate::harness::{Crates, manifest};

const MOOD: &str = "#[derive(sqlx::Type)]\n#[sqlx(type_name = \"mood\")]\nenum Mood { sad, ok }\n";
const SQL: &str = "CREATE TYPE mood AS ENUM ('sad', 'ok');\n";

/// What becomes of the rest of a manifest, and of the file.
#[track_caller]
fn check(more: &str, expected: &Expect) -> Crates {
    let crates = Crates::new(&[("src/lib.rs", MOOD), ("migrations/1_a.sql", SQL)]);
    crates.write("Cargo.toml", &manifest("shop", &format!("[workspace]\n{more}")));
    let run = crates.run(&["adopt", "--yes", "--allow-no-vcs"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let text = without_version(&crates.read("Cargo.toml"));
    let (_, rest) = text.split_once("[workspace]").unwrap();
    expected.assert_eq(rest);
    assert_eq!(crates.run(&["check"]).status, Status::Clean);
    crates
}

#[test]
fn a_new_dependency_is_beside_the_driver() {
    check(
        "\n[dependencies] # all\nanyhow = \"1\"\n# The database.\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n\n[lints.rust]\nunsafe_code = \"forbid\"\n",
        &expect![[r#"


            [dependencies] # all
            anyhow = "1"
            pg-enum = { version = "VERSION", features = ["sqlx-0_8"] }
            # The database.
            sqlx = { version = "0.8", features = ["postgres"] }

            [lints.rust]
            unsafe_code = "forbid"
        "#]],
    );
    check(
        "\n[dependencies]\nzzz = \"1\"\nsqlx = \"0.7\" # db",
        &expect![[r#"


        [dependencies]
        zzz = "1"
        sqlx = "0.7" # db
        pg-enum = { version = "VERSION", features = ["sqlx-0_7"] }"#]],
    );
    check(
        "\n[dependencies.sqlx]\nversion = \"0.9\"\n",
        &expect![[r#"


        [dependencies]
        pg-enum = { version = "VERSION", features = ["sqlx"] }

        [dependencies.sqlx]
        version = "0.9"
    "#]],
    );
    check(
        "\n[target.'cfg(unix)'.dependencies]\nsqlx = \"0.9\"\n\n[dependencies]\nanyhow = \"1\"\n",
        &expect![[r#"


            [target.'cfg(unix)'.dependencies]
            pg-enum = { version = "VERSION", features = ["sqlx"] }
            sqlx = "0.9"

            [dependencies]
            anyhow = "1"
        "#]],
    );
}

#[test]
fn a_dependency_that_is_there_gets_the_feature() {
    check(
        "\n[dependencies]\nsqlx = \"0.8\"\npg-enum = \"0.1\" # ours\n",
        &expect![[r#"


        [dependencies]
        sqlx = "0.8"
        pg-enum = { version = "0.1", features = ["sqlx-0_8"] } # ours
    "#]],
    );
    check(
        "\n[dependencies]\nsqlx = \"0.8\"\npg-enum = { version = \"0.1\", features = [\"serde\"] }\n",
        &expect![[r#"


            [dependencies]
            sqlx = "0.8"
            pg-enum = { version = "0.1", features = ["serde", "sqlx-0_8"] }
        "#]],
    );
    check(
        "\n[dependencies]\nsqlx = \"0.8\"\n\n[dependencies.pg-enum]\nversion = \"0.1\"\n",
        &expect![[r#"


        [dependencies]
        sqlx = "0.8"

        [dependencies.pg-enum]
        version = "0.1"
        features = ["sqlx-0_8"]
    "#]],
    );
    let crates = check(
        "\n[dependencies]\nsqlx = \"0.8\"\nenums = { package = \"pg-enum\", version = \"0.1\" }\n",
        &expect![[r#"


            [dependencies]
            sqlx = "0.8"
            enums = { package = "pg-enum", version = "0.1", features = ["sqlx-0_8"] }
        "#]],
    );
    expect![[r#"
        #[derive(enums::PgEnum)]
        #[pg_enum(crate = enums)]
        enum Mood { sad, ok }
    "#]]
    .assert_eq(&crates.read("src/lib.rs"));
}

#[test]
fn an_optional_driver_makes_it_optional() {
    check(
        "\n[features]\ndefault = []\ndb = [\"dep:sqlx\", \"sqlx/postgres\"]\n\n[dependencies]\nsqlx = { version = \"0.8\", optional = true }\n",
        &expect![[r#"


            [features]
            default = []
            db = ["dep:sqlx", "sqlx/postgres", "dep:pg-enum"]

            [dependencies]
            pg-enum = { version = "VERSION", optional = true, features = ["sqlx-0_8"] }
            sqlx = { version = "0.8", optional = true }
        "#]],
    );
    // Without `dep:`, there is a feature of that name.
    check(
        "\n[features]\ndb = [\"sqlx\"]\n\n[dependencies]\nsqlx = { version = \"0.8\", optional = true }\n",
        &expect![[r#"


            [features]
            db = ["sqlx"]
            sqlx = ["dep:sqlx", "dep:pg-enum"]

            [dependencies]
            pg-enum = { version = "VERSION", optional = true, features = ["sqlx-0_8"] }
            sqlx = { version = "0.8", optional = true }
        "#]],
    );
    check(
        "\n[features]\ndb = [\n    \"dep:sqlx\",\n]\n\n[dependencies]\npg-enum = \"0.1\"\nsqlx = { version = \"0.8\", optional = true }\n",
        &expect![[r#"


            [features]
            db = [
                "dep:sqlx",
                "pg-enum/sqlx-0_8",
            ]

            [dependencies]
            pg-enum = "0.1"
            sqlx = { version = "0.8", optional = true }
        "#]],
    );
}

#[test]
fn a_workspace_says_the_version() {
    let crates = Crates::new(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n\n[workspace.dependencies]\nserde = \"1\"\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n",
        ),
        ("a/Cargo.toml", &manifest("a", "\n[dependencies]\nsqlx.workspace = true\n")),
        ("a/src/lib.rs", MOOD),
        ("a/migrations/1_a.sql", SQL),
        (
            "b/Cargo.toml",
            &manifest(
                "b",
                "\n[dependencies]\nsqlx = { workspace = true, features = [\"json\"] }\n",
            ),
        ),
        ("b/src/lib.rs", MOOD),
        ("b/migrations/1_a.sql", SQL),
    ]);
    let run = crates.run(&["adopt", "--workspace", "--dry-run"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let manifests = run.out.split("--- ").filter(|diff| diff.contains("Cargo.toml"));
    expect![[r#"
        Cargo.toml
        +++ Cargo.toml
        @@ -3,5 +3,6 @@
         resolver = "2"

         [workspace.dependencies]
        +pg-enum = "VERSION"
         serde = "1"
         sqlx = { version = "0.8", features = ["postgres"] }
        --- a/Cargo.toml
        +++ a/Cargo.toml
        @@ -4,4 +4,5 @@
         edition = "2021"

         [dependencies]
        +pg-enum = { workspace = true, features = ["sqlx-0_8"] }
         sqlx.workspace = true
        --- b/Cargo.toml
        +++ b/Cargo.toml
        @@ -4,4 +4,5 @@
         edition = "2021"

         [dependencies]
        +pg-enum = { workspace = true, features = ["sqlx-0_8"] }
         sqlx = { workspace = true, features = ["json"] }
    "#]]
    .assert_eq(&lines(&without_version(&manifests.collect::<Vec<_>>().join("--- "))));
}

#[test]
fn line_ends_stay() {
    let crates = Crates::new(&[("src/lib.rs", MOOD), ("migrations/1_a.sql", SQL)]);
    let text =
        manifest("shop", "[workspace]\n[dependencies]\nsqlx = \"0.8\"").replace('\n', "\r\n");
    crates.write("Cargo.toml", &text);
    assert_eq!(crates.run(&["adopt", "--yes", "--allow-no-vcs"]).status, Status::Clean);
    let after = crates.read("Cargo.toml");
    assert!(!after.replace("\r\n", "").contains('\n') && !after.ends_with('\n'), "{after:?}");
    assert!(after.starts_with(text.strip_suffix("sqlx = \"0.8\"").unwrap()), "{after:?}");
}

/// The features that `init` writes, and what it says.
fn init(dependencies: &str, lock: &[(&str, &str)]) -> String {
    let crates = Crates::new(&[("src/lib.rs", "")]);
    crates.write(
        "Cargo.toml",
        &manifest("shop", &format!("[workspace]\n[dependencies]\n{dependencies}\n")),
    );
    if !lock.is_empty() {
        let entries = lock.iter().map(|(name, version)| {
            format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\n")
        });
        crates.write("Cargo.lock", &entries.collect::<String>());
    }
    let run = crates.run(&["init", "--yes"]);
    assert_eq!(run.status, Status::Clean, "{}", run.err);
    let text = without_version(&crates.read("Cargo.toml"));
    let ours = text.lines().find(|line| line.starts_with("pg-enum ="));
    let notes = run.err.lines().filter(|line| !line.contains("pre-commit"));
    [ours.unwrap_or_default()].into_iter().chain(notes).collect::<Vec<_>>().join("\n")
}

#[test]
fn init_writes_the_feature_of_each_driver() {
    for (dependencies, lock, expected) in [
        ("serde = \"1\"", &[][..], "pg-enum = \"VERSION\""),
        ("sqlx = \"0.9\"", &[], r#"pg-enum = { version = "VERSION", features = ["sqlx"] }"#),
        ("sqlx = \"0.8\"", &[], r#"pg-enum = { version = "VERSION", features = ["sqlx-0_8"] }"#),
        (
            "db = { package = \"sqlx\", version = \"0.7\" }",
            &[],
            r#"pg-enum = { version = "VERSION", features = ["sqlx-0_7"] }"#,
        ),
        (
            "tokio-postgres = \"0.7\"",
            &[],
            r#"pg-enum = { version = "VERSION", features = ["tokio-postgres"] }"#,
        ),
        (
            "postgres = \"0.19\"\npostgres-types = \"0.2\"",
            &[],
            r#"pg-enum = { version = "VERSION", features = ["postgres"] }"#,
        ),
        (
            "diesel = \"2.3\"\ndiesel-async = \"0.9\"",
            &[],
            r#"pg-enum = { version = "VERSION", features = ["diesel-async"] }"#,
        ),
        (
            "diesel = \"2\"\nsqlx = \"0.8\"",
            &[],
            r#"pg-enum = { version = "VERSION", features = ["diesel", "sqlx-0_8"] }"#,
        ),
        ("sea-orm = \"1\"", &[], r#"pg-enum = { version = "VERSION", features = ["sea-orm-1"] }"#),
        (
            "sqlx = \"*\"",
            &[("sqlx", "0.8.6")],
            r#"pg-enum = { version = "VERSION", features = ["sqlx-0_8"] }"#,
        ),
        ("sqlx = { version = \"0.8\", features = [\"sqlite\"] }", &[], "pg-enum = \"VERSION\""),
        (
            "sqlx = \"0.8.1\"",
            &[("sqlx", "0.8.1")],
            "pg-enum = \"VERSION\"\nnote: no feature is added for sqlx: pg-enum has no feature for sqlx 0.8.1; run `cargo \
             update -p sqlx --recursive`",
        ),
        (
            "sqlx = \"0.5\"",
            &[],
            "pg-enum = \"VERSION\"\nnote: no feature is added for sqlx: pg-enum has no feature for sqlx ^0.5, only for \
             ^0.9, ^0.8.5, ^0.7.3; change to one of these versions, or derive `PgEnum` beside what the enum derives, which needs no feature",
        ),
        (
            "sqlx = \"*\"",
            &[],
            "pg-enum = \"VERSION\"\nnote: no feature is added for sqlx: which version of sqlx it has is not certain: \
             `*` lets several in, and there is no Cargo.lock",
        ),
    ] {
        assert_eq!(init(dependencies, lock), expected, "{dependencies}");
    }
}

#[test]
fn only_packages_with_enums_say_that_nothing_is_compared() {
    let dependencies =
        "\n[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }\n";
    let allow = "[package.metadata.pg-enum]\nnothing-compared = \"allow\"\n";
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &manifest("a", &format!("{dependencies}{allow}"))),
        ("a/src/lib.rs", "#[derive(sqlx::Type)]\nenum mood {\n    sad,\n}\n"),
        ("b/Cargo.toml", &manifest("b", dependencies)),
        ("b/src/lib.rs", "#[derive(sqlx::Type)] enum phase { open }\n"),
    ]);
    assert_eq!(crates.run(&["check", "--workspace"]).status, Status::Findings);
    crates.write("b/src/lib.rs", "enum Phase { Open }\n");
    assert_eq!(crates.run(&["check", "--workspace"]).status, Status::Clean);
    let run = crates.run(&["adopt", "--workspace", "--yes", "--allow-no-vcs"]);
    assert!(run.out.ends_with("1 enum adopted\n"), "{}{}", run.out, run.err);
    assert_eq!(crates.run(&["check", "--workspace"]).status, Status::Clean);
}
