//! A new package with pg-enum, without a lock file and of an edition whose resolver does not look at the
//! `rust-version` of what it takes, gets nothing that the promised compiler cannot build. `cargo install` without
//! `--locked` resolves in the same way.
//!
//! It asks the registry, as a newcomer's cargo would; where that cannot be reached, it goes by what is on the machine.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use tempfile::TempDir;

/// With every feature, as a lock file has no features.
const MANIFEST: &str = r#"
[package]
name = "newcomer"
edition = "EDITION"

[workspace]

[dependencies]
pg-enum = { path = 'WORKSPACE/enum-derive', features = ["registry", "serde", "sqlx"] }
sqlx = { version = "0.9", features = ["macros", "migrate", "postgres", "runtime-tokio"] }
DEPENDENCY

[build-dependencies]
pg-enum-build = { path = 'WORKSPACE/enum-derive-build', features = ["foreign", "scan"] }
"#;

const TOOL: &str = "cargo-pg-enum = { path = 'WORKSPACE/cargo-pg-enum' }";

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// A package that has just been made, as the README says.
fn package(edition: &str, dependency: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    let root = workspace().to_string_lossy();
    let manifest = MANIFEST.replace("EDITION", edition).replace("DEPENDENCY", dependency);
    write("Cargo.toml", &manifest.replace("WORKSPACE", &root));
    write("build.rs", "fn main() {\n    pg_enum_build::check_migrations(\"migrations\");\n}\n");
    for folder in ["src", "migrations"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
    }
    write("migrations/1_mood.sql", "CREATE TYPE mood AS ENUM ('Sad');");
    write("src/lib.rs", "#[derive(pg_enum::PgEnum)]\npub enum Mood {\n    Sad,\n}\n");
    dir
}

/// What cargo resolves for it.
fn resolved(edition: &str, dependency: &str) -> Metadata {
    let dir = package(edition, dependency);
    let lock = |offline: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["generate-lockfile", "--quiet"]).args(offline).current_dir(dir.path());
        cargo.output().unwrap()
    };
    let online = lock(&[]);
    if !online.status.success() {
        let offline = lock(&["--offline"]);
        let said = String::from_utf8_lossy(&online.stderr).into_owned();
        assert!(offline.status.success(), "{said}{}", String::from_utf8_lossy(&offline.stderr));
    }
    let mut metadata = MetadataCommand::new();
    metadata.cargo_path(env!("CARGO")).current_dir(dir.path());
    // What other platforms take as well would have to be fetched.
    metadata.other_options(["--locked".to_owned(), "--filter-platform".to_owned(), host()]);
    metadata.exec().unwrap_or_else(|error| panic!("{error}"))
}

fn host() -> String {
    let version = Command::new("rustc").arg("-vV").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// The `rust-version` of the workspace, which is a promise.
fn promised() -> (u64, u64) {
    let version = env!("CARGO_PKG_RUST_VERSION");
    let (major, minor) = version.split_once('.').unwrap();
    (major.parse().unwrap(), minor.split('.').next().unwrap().parse().unwrap())
}

#[test]
fn a_new_package_gets_nothing_that_is_too_new() {
    for (edition, dependency) in [("2018", ""), ("2021", ""), ("2021", TOOL), ("2024", "")] {
        let metadata = resolved(edition, dependency);
        assert!(metadata.packages.iter().any(|package| package.name == "squawk-parser"));
        let resolve = metadata.resolve.as_ref().unwrap();
        let used: HashSet<_> = resolve.nodes.iter().map(|node| &node.id).collect();
        let too_new: Vec<_> = metadata
            .packages
            .iter()
            .filter(|package| used.contains(&package.id))
            .filter_map(|package| {
                let version = package.rust_version.as_ref()?;
                let is_too_new = (version.major, version.minor) > promised();
                is_too_new.then(|| format!("{} {} ({version})", package.name, package.version))
            })
            .collect();
        assert!(
            too_new.is_empty(),
            "edition {edition}: {} not for Rust {}.{}: pin what resolves to them in Cargo.toml",
            too_new.join(", "),
            promised().0,
            promised().1
        );
    }
}

#[test]
#[ignore = "it builds all that a service takes, which is a minute or two"]
fn a_new_package_builds() {
    let dir = package("2021", "");
    let mut cargo = Command::new(env!("CARGO"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("newcomer");
    cargo.arg("check").current_dir(dir.path()).env("CARGO_TARGET_DIR", target);
    let built = cargo.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

/// squawk's crates ask for one another with a caret, and each new version of theirs for a newer compiler. Unlike the
/// test above, this one wants no registry.
#[test]
fn every_crate_of_squawk_is_pinned() {
    let mut metadata = MetadataCommand::new();
    metadata.cargo_path(env!("CARGO")).current_dir(workspace()).no_deps();
    let metadata = metadata.exec().unwrap_or_else(|error| panic!("{error}"));
    // The first has the parser, the second the trees above it as well.
    let ours = ["pg-enum-migrations", "cargo-pg-enum"];
    let ours = metadata.packages.iter().filter(|package| ours.contains(&&**package.name));
    let pinned: HashSet<&str> = ours
        .flat_map(|package| &package.dependencies)
        .filter(|it| it.kind == DependencyKind::Normal && it.req.to_string().starts_with('='))
        .map(|it| &*it.name)
        .collect();
    let lock = fs::read_to_string(workspace().join("Cargo.lock")).unwrap();
    let locked = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let squawk: Vec<_> = locked.filter(|name| name.starts_with("squawk-")).collect();
    assert!(squawk.contains(&"squawk-syntax"), "{squawk:?}");
    let loose: Vec<_> = squawk.into_iter().filter(|name| !pinned.contains(name)).collect();
    assert!(
        loose.is_empty(),
        "{} must be pinned by pg-enum-migrations or cargo-pg-enum",
        loose.join(", ")
    );
}
