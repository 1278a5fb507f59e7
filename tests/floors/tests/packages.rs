//! The structure of this workspace's packages.

use std::path::Path;

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
