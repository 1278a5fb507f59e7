//! `cargo xtask diesel`: the Diesel cases of `tests/drivers` on the oldest version that the derive promises, and on
//! the newest patch of each minor version between it and the one in the lock file.
//!
//! Each version has a package of its own, with the same sources: the workspace's lock file can have only one version of
//! Diesel 2, which the newest diesel-async decides. The other dependencies have the versions of the workspace.

use std::fs;
use std::path::Path;

use crate::compile_time::write;
use crate::install::{ensure_libpq, ensure_server};
use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, run};

struct Version {
    number: &'static str,
    /// Of `tests/drivers`.
    features: &'static str,
    left_out: &'static str,
}

const VERSIONS: [Version; 2] = [
    Version {
        number: "2.1.0",
        features: "",
        left_out: "`diesel_tables::copied`: Diesel has `COPY` since 2.2",
    },
    Version { number: "2.2.12", features: "copy", left_out: "nothing" },
];

pub(crate) fn diesel() -> Result<(), Failure> {
    ensure_server()?;
    ensure_libpq()?;
    let target = target_dir().join("diesel");
    let results: Vec<_> =
        VERSIONS.iter().map(|version| (version, test_on(version, &target))).collect();

    println!("\nDiesel");
    let mut failed = 0;
    for (Version { number, left_out, .. }, result) in results {
        match result {
            Ok(()) => println!("{number:>10}  passed; left out: {left_out}"),
            Err(failure) => {
                failed += 1;
                println!("{number:>10}  failed: {failure}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{failed} of {} versions failed", VERSIONS.len()))),
    }
}

fn test_on(version: &Version, target: &Path) -> Result<(), Failure> {
    let package = target.join(version.number);
    write_package(&package)?;
    let update = ["update", "--package", "diesel", "--precise", version.number];
    run(command("cargo", update).current_dir(&package))?;
    let mut test = command("cargo", ["test", "--features", version.features]);
    // One directory to build in, where what is the same is built once.
    run(test.current_dir(&package).env("CARGO_TARGET_DIR", target.join("target")))
}

/// The package `tests/drivers` with Diesel alone.
fn write_package(package: &Path) -> Result<(), Failure> {
    let root = workspace_root();
    let manifest = MANIFEST.replace("ROOT", &root.display().to_string());
    write(&package.join("Cargo.toml"), &manifest)?;
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(root.join(file), package.join(file)).map_err(at(&root.join(file)))?;
    }
    Ok(())
}

const MANIFEST: &str = "\
[package]
name = 'pg-enum-test-diesel'
edition = '2024'
build = 'ROOT/tests/drivers/build.rs'

[workspace]

[features]
copy = []
others = []
sources = []

[[test]]
name = 'drivers'
path = 'ROOT/tests/drivers/main.rs'
harness = false

[dev-dependencies]
diesel = { version = '2', default-features = false, features = ['postgres'] }
pg-enum = { path = 'ROOT/enum-derive', features = ['diesel', 'sqlx'] }
pg-enum-core = { path = 'ROOT/enum-derive-core' }
pg-enum-test-server = { path = 'ROOT/tests/server', features = ['harness'] }
sqlx = { version = '0.9', default-features = false, features = ['postgres', 'runtime-tokio'] }
tokio = { version = '1', default-features = false, features = ['rt', 'time'] }
";
