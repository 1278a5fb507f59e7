//! `cargo xtask rust-versions`: whether what applications depend on builds with the oldest compiler that it promises.
//!
//! A package for each feature, with that compiler as its `rust-version` and without a lock file, so that cargo chooses
//! the versions of dependencies as it does for an application.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, run};

/// The features of `pg-enum` by the compiler that they need: the table in `enum-derive/src/lib.rs`.
const FEATURES: [(&str, &[&str]); 3] = [
    (
        "1.85",
        &[
            "bigdecimal",
            "bit-vec",
            "chrono",
            "diesel",
            "ipnetwork",
            "json",
            "mac_address",
            "postgres",
            "registry",
            "rust_decimal",
            "sea-orm-1",
            "serde",
            "sqlx-0_7",
            "sqlx-0_8",
            "time",
            "tokio-postgres",
            "uuid",
        ],
    ),
    ("1.86", &["diesel-async"]),
    ("1.94", &["sea-orm", "sqlx"]),
];

pub(crate) fn rust_versions() -> Result<(), Failure> {
    let target = target_dir().join("rust-versions");
    for (version, features) in FEATURES {
        // Whose patch is the first one, which has every bug that a later one mends.
        let toolchain = format!("{version}.0");
        let install = ["toolchain", "install", &toolchain, "--profile", "minimal"];
        run(&mut command("rustup", install))?;
        let mut failed = Vec::new();
        for &feature in features {
            let package = target.join(feature);
            write_package(&package, version, feature)?;
            let check = ["run", &toolchain, "cargo", "check", "--quiet"];
            // One directory to build in, where each dependency is built once.
            let check = run(command("rustup", check)
                .current_dir(&package)
                .env("CARGO_TARGET_DIR", target.join("target")));
            if check.is_err() {
                failed.push(feature);
            }
        }
        if !failed.is_empty() {
            let failed = failed.join(", ");
            return Err(Failure::new(format!(
                "these features do not build with Rust {version}: {failed}"
            )));
        }
    }
    Ok(())
}

/// A package with a derived enum, and a build script that goes by a record.
fn write_package(package: &Path, version: &str, feature: &str) -> Result<(), Failure> {
    let root = workspace_root();
    let mut manifest = String::new();
    let _ = write!(
        manifest,
        r#"[package]
name = "oldest-{feature}"
version = "0.0.0"
edition = "2024"
rust-version = "{version}"

[dependencies]
pg-enum = {{ path = {:?}, features = [{feature:?}] }}

[build-dependencies]
pg-enum-build = {{ path = {:?}, default-features = false }}

[workspace]
"#,
        root.join("enum-derive").display().to_string(),
        root.join("enum-derive-build").display().to_string(),
    );
    let source =
        "#[derive(Debug, Clone, PartialEq, pg_enum::PgEnum)]\npub enum Mood { Sad, Happy }\n";
    let build = "use pg_enum_build as _;\n\nfn main() {}\n";
    fs::create_dir_all(package.join("src")).map_err(at(package))?;
    for (file, text) in [("Cargo.toml", &*manifest), ("src/lib.rs", source), ("build.rs", build)] {
        let file = package.join(file);
        fs::write(&file, text).map_err(at(&file))?;
    }
    match fs::remove_file(package.join("Cargo.lock")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(at(package)(error)),
        _ => Ok(()),
    }
}
