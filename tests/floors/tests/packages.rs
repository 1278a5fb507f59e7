//! The structure of this workspace's packages.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// The floors of `pg-enum-migrations`, from the lowest to the highest; `DESIGN.md`, "Floors", says what is on each.
const MIGRATIONS: &[&str] = &[
    "ground",
    "text",
    "catalog",
    "meaning::value",
    "meaning::literal",
    "meaning::limits",
    "meaning::assumptions",
    "meaning::failures",
    "meaning::doubts",
    "meaning::expression",
    "meaning::session",
    "meaning::trial",
    "meaning::plpgsql",
    "meaning::statement",
    "meaning",
    "files",
    "draft",
    "history",
    "tools",
    "folder",
    "write",
    "replay",
];

/// The floors of `pg-enum-python`, from the lowest to the highest; `DESIGN.md`, "Migrations in Python", has the picture.
const PYTHON: &[&str] = &[
    "text",
    "nesting",
    "imports",
    "convention",
    "project",
    "facts",
    "effects",
    "value",
    "looked_for",
    "queries",
    "run",
    "sql",
    "operations",
    "models",
    "unfinished",
];

/// The floors of `pg-enum-lint`, from the lowest to the highest; the crate's documentation has the picture.
const LINT: &[&str] = &[
    "severity",
    "word",
    "clause",
    "statement",
    "fix",
    "types",
    "subject",
    "table",
    "swap",
    "guard",
    "report",
    "rule",
    "rules",
];

#[track_caller]
fn assert_nothing_is_broken(package: &str, floors: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(package);
    let broken = pg_enum_test_floors::broken(root, floors).unwrap();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn migrations_are_read_and_replayed_floor_by_floor() {
    assert_nothing_is_broken("enum-derive-migrations", MIGRATIONS);
}

#[test]
fn rules_look_at_what_is_below() {
    assert_nothing_is_broken("enum-derive-lint", LINT);
}

#[test]
fn revisions_are_followed_floor_by_floor() {
    assert_nothing_is_broken("enum-derive-python", PYTHON);
}

#[test]
fn in_no_other_package_two_modules_import_one_another() {
    for package in [
        "cargo-pg-enum",
        "enum-derive-build",
        "enum-derive-core",
        "enum-derive-impl",
        "enum-derive-server",
    ] {
        assert_nothing_is_broken(package, &[]);
    }
}

/// The drivers' crates that a feature of `pg-enum` brings with it, and their versions up to the one that matters.
const DRIVERS: &[(&str, &[&str])] = &[
    ("registry,serde", &[]),
    ("diesel", &["diesel 2.3"]),
    // On tokio-postgres, as diesel-async itself is.
    (
        "diesel-async",
        &["diesel 2.3", "diesel-async 0.9", "postgres-types 0.2", "tokio-postgres 0.7"],
    ),
    ("postgres", &["postgres-types 0.2"]),
    ("tokio-postgres", &["postgres-types 0.2", "tokio-postgres 0.7"]),
    ("sea-orm", &["sea-orm 2.0", "sqlx 0.9", "sqlx-core 0.9", "sqlx-postgres 0.9"]),
    ("sea-orm-1", &["sea-orm 1.1", "sqlx 0.8", "sqlx-core 0.8", "sqlx-postgres 0.8"]),
    ("sqlx", &["sqlx-core 0.9", "sqlx-postgres 0.9"]),
    ("sqlx-0_7", &["sqlx-core 0.7", "sqlx-postgres 0.7"]),
    ("sqlx-0_8", &["sqlx-core 0.8", "sqlx-postgres 0.8"]),
];

#[test]
fn a_project_that_uses_one_driver_compiles_nothing_of_the_others() {
    let crates: BTreeSet<&str> = DRIVERS
        .iter()
        .flat_map(|(_, crates)| *crates)
        .filter_map(|named| Some(named.split_once(' ')?.0))
        .chain(["libsqlite3-sys", "pq-sys"])
        .collect();
    for (features, expected) in DRIVERS {
        let tree = Command::new(env!("CARGO"))
            .args(["tree", "--package", "pg-enum", "--edges", "normal", "--prefix", "none"])
            .args(["--format", "{p}", "--features", features])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let tree = String::from_utf8(tree.stdout).unwrap();
        assert!(tree.starts_with("pg-enum v"), "{features}: {tree}");
        let found: BTreeSet<String> = tree
            .lines()
            .filter_map(|line| line.split_once(" v"))
            .filter(|(name, _)| crates.contains(name))
            .map(|(name, version)| {
                let numbers: Vec<&str> = version.split(['.', ' ']).take(2).collect();
                format!("{name} {}", numbers.join("."))
            })
            .collect();
        assert!(found.iter().eq(expected.iter()), "{features}: {found:?}");
    }
}
