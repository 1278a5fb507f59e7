//! What `init` writes, and when it asks.

use std::path::Path;
use std::process::Command;

use cargo_pg_enum::Status;
use expect_test::expect;

use crate::harness::{Crates, manifest};

fn with_git(crates: &Crates) {
    // Where the one who runs the tests has hooks is none of their business.
    for args in
        [&["init", "--quiet", "--template="][..], &["config", "core.hooksPath", ".git/hooks"]]
    {
        let git = Command::new("git").args(args).current_dir(crates.dir.path()).status();
        assert!(git.unwrap().success());
    }
}

fn manifest_of(crates: &Crates) -> String {
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    // What the harness writes is the package's own.
    let text = crates.read("Cargo.toml").replace(&version, "\"VERSION\"");
    text.replace("\nversion = \"VERSION\"", "\nversion = \"0.1.0\"")
}

#[test]
fn it_does_what_it_said_and_does_it_once() {
    let crates = Crates::one("", &[]);
    crates.write(
        "Cargo.toml",
        &manifest("shop", "\n[workspace]\n\n[dependencies]\nsqlx = \"0.9\" # the database\n"),
    );
    with_git(&crates);
    crates.run(&["init"]).check(&expect![[r#"
        Failed
        --- out
        would add `pg-enum` and `pg-enum-build` to Cargo.toml
        would write build.rs
        would write .git/hooks/pre-commit
        --- err
        error: init cannot ask without a terminal
        help: add --yes to make all changes
    "#]]);
    assert!(!crates.path("build.rs").exists());
    crates.run(&["init", "--yes"]).check(&expect![[r#"
        Clean
        --- out
        Cargo.toml
        build.rs
        .git/hooks/pre-commit
    "#]]);
    expect![[r#"
        [package]
        name = "shop"
        version = "0.1.0"
        edition = "2021"

        [workspace]

        [dependencies]
        pg-enum = { version = "VERSION", features = ["sqlx"] }
        sqlx = "0.9" # the database

        [build-dependencies]
        pg-enum-build = "VERSION"
    "#]]
    .assert_eq(&manifest_of(&crates));
    expect![[r#"
        //! Has the derive compare the enums with the migrations.

        fn main() {
            pg_enum_build::check_migrations("migrations");
        }
    "#]]
    .assert_eq(&crates.read("build.rs"));
    expect![[r#"
        #!/bin/sh
        set -e
        cargo pg-enum check
    "#]]
    .assert_eq(&crates.read(".git/hooks/pre-commit"));
    crates.run(&["init"]).check(&expect![[r#"
        Clean
        --- out
        nothing to do: `shop` is set up
    "#]]);
}

#[test]
fn it_asks() {
    let crates = Crates::one("", &[]);
    let before = crates.read("Cargo.toml");
    crates.answer(&["init"], "n\ny\n").check(&expect![[r#"
        Clean
        --- out
        build.rs
        --- err
        note: no pre-commit hook is added, because there is no git repository
        add `pg-enum` and `pg-enum-build` to Cargo.toml? [y/N] write build.rs? [y/N]"#]]);
    assert_eq!(crates.read("Cargo.toml"), before);
    // Whoever says nothing says no.
    let run = crates.answer(&["init"], "");
    assert_eq!((run.status, crates.read("Cargo.toml")), (Status::Clean, before));
}

#[test]
fn what_is_there_is_somebodys() {
    let crates = Crates::one("", &[("build.rs", "fn main() {}\n")]);
    with_git(&crates);
    crates.write(".git/hooks/pre-commit", "#!/bin/sh\nexec make check\n");
    crates.run(&["init", "--yes"]).check(&expect![[r#"
        Clean
        --- out
        Cargo.toml
        .git/hooks/pre-commit
        --- err
        note: build.rs already exists: add `pg_enum_build::check_migrations("migrations");` to it
    "#]]);
    assert_eq!(crates.read("build.rs"), "fn main() {}\n");
    expect![[r#"
        #!/bin/sh
        cargo pg-enum check || exit 1
        exec make check
    "#]]
    .assert_eq(&crates.read(".git/hooks/pre-commit"));
}

#[test]
fn a_hook_runs_at_the_top() {
    let crates = Crates::new(&[
        ("it's/Cargo.toml", &manifest("a", "[workspace]\n")),
        ("it's/src/lib.rs", ""),
    ]);
    with_git(&crates);
    assert_eq!(crates.run_in("it's/Cargo.toml", &["init", "--yes"]).status, Status::Clean);
    expect![[r#"
        #!/bin/sh
        set -e
        cargo pg-enum check --manifest-path 'it'\''s/Cargo.toml'
    "#]]
    .assert_eq(&crates.read(".git/hooks/pre-commit"));
}

#[test]
fn another_folder() {
    let crates = Crates::one("", &[("db/sql/1_a.sql", "")]);
    let folder = crates.path("db/sql");
    crates.run(&["init", "--yes", "--migrations", folder.to_str().unwrap()]);
    expect![[r#"
        [package]
        name = "shop"
        version = "0.1.0"
        edition = "2021"

        [package.metadata.pg-enum]
        migrations = "db/sql"
        [workspace]

        [dependencies]
        pg-enum = "VERSION"

        [build-dependencies]
        pg-enum-build = "VERSION"
    "#]]
    .assert_eq(&manifest_of(&crates));
    assert!(crates.read("build.rs").contains(r#"check_migrations("db/sql")"#));
}

#[test]
fn one_package_at_a_time() {
    let crates = Crates::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"2\"\n"),
        ("a/Cargo.toml", &manifest("a", "")),
        ("a/src/lib.rs", ""),
        (
            "b/Cargo.toml",
            &manifest(
                "b",
                "[dependencies]\nenums = { package = \"pg-enum\", version = \"0.1\" }\n",
            ),
        ),
        ("b/src/lib.rs", ""),
    ]);
    crates.run(&["init"]).check(&expect![[r#"
        Failed
        --- err
        error: init works on one package at a time
        help: choose one with --package NAME, or run this in its directory
    "#]]);
    crates.run(&["init", "-p", "b", "--yes"]).check(&expect![[r#"
        Clean
        --- out
        b/Cargo.toml
        b/build.rs
        --- err
        note: no pre-commit hook is added, because there is no git repository
    "#]]);
    assert!(Path::exists(&crates.path("b/build.rs")));
}
