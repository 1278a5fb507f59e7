//! `cargo xtask rust-versions`: whether what applications depend on builds with the oldest compiler that it promises.
//!
//! A package for each feature, with that compiler as its `rust-version` and without a lock file, so that cargo chooses
//! the versions of dependencies as it does for an application.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use crate::compile_time::write;
use crate::paths::{target_dir, workspace_root};
use crate::run::{Failure, at, command, run};

/// Our packages, each without its default features or with some of its features, by the compiler that they need: the
/// table in `enum-derive/src/lib.rs`, and `rust-version` in the manifests. All build `pg-enum-impl`, which has no
/// features.
pub(crate) const PACKAGES: [(&str, &[&str]); 4] = [
    (
        "1.85",
        &[
            "pg-enum",
            "pg-enum/bigdecimal,bit-vec,chrono,ipnetwork,json,mac_address,rust_decimal,time,uuid",
            "pg-enum/diesel",
            "pg-enum/live",
            "pg-enum/postgres",
            "pg-enum/registry",
            "pg-enum/sea-orm-1",
            "pg-enum/serde",
            "pg-enum/sqlx-0_7",
            "pg-enum/sqlx-0_8",
            "pg-enum/tokio-postgres",
            "pg-enum-build",
            "pg-enum-core",
            "pg-enum-core/drift,parse",
        ],
    ),
    ("1.86", &["pg-enum/diesel-async"]),
    (
        "1.94",
        &[
            "pg-enum/sea-orm",
            "pg-enum/sqlx",
            "pg-enum-build/foreign",
            "pg-enum-migrations/history,write",
            "pg-enum-server/start",
        ],
    ),
    ("1.95", &["pg-enum-python"]),
];

pub(crate) fn rust_versions() -> Result<(), Failure> {
    let target = target_dir().join("rust-versions");
    for (version, packages) in PACKAGES {
        // Whose patch is the first one, which has every bug that a later one mends.
        let toolchain = format!("{version}.0");
        let install = ["toolchain", "install", &toolchain, "--profile", "minimal"];
        run(&mut command("rustup", install))?;
        let mut failed = Vec::new();
        for &package in packages {
            let dir = target.join(package);
            write_package(&dir, version, package, "")?;
            let check = ["run", &toolchain, "cargo", "check", "--quiet"];
            // One directory to build in, where each dependency is built once.
            let check = run(command("rustup", check)
                .current_dir(&dir)
                .env("CARGO_TARGET_DIR", target.join("target")));
            if check.is_err() {
                failed.push(package);
            }
        }
        if !failed.is_empty() {
            let failed = failed.join(", ");
            return Err(Failure::new(format!("these do not build with Rust {version}: {failed}")));
        }
    }
    Ok(())
}

/// The package and its features, of an entry of the table.
pub(crate) fn parts(package: &str) -> (&str, Vec<&str>) {
    let (name, features) = package.split_once('/').unwrap_or((package, ""));
    (name, features.split(',').filter(|name| !name.is_empty()).collect())
}

/// A package that depends on one of ours, and on what else these lines of its manifest say.
pub(crate) fn write_package(
    dir: &Path,
    version: &str,
    package: &str,
    dependencies: &str,
) -> Result<(), Failure> {
    let (name, features) = parts(package);
    let path = workspace_root().join(name.replace("pg-enum", "enum-derive"));
    let manifest = format!(
        r#"[package]
name = "oldest"
version = "0.0.0"
edition = "2024"
rust-version = "{version}"

[dependencies]
{name} = {{ path = {:?}, default-features = false, features = {features:?} }}
{dependencies}

[workspace]
"#,
        path.display().to_string(),
    );
    let source = match name {
        "pg-enum" => {
            "#[derive(Debug, Clone, PartialEq, pg_enum::PgEnum)]\npub enum Mood { Sad }\n\
             #[derive(pg_enum::PgModel)]\n#[pg_model(table = \"people\")]\n\
             pub struct Person { pub id: i64, pub mood: Option<Mood>, pub moods: Vec<Mood> }\n"
        }
        _ => "",
    };
    write(&dir.join("Cargo.toml"), &manifest)?;
    write(&dir.join("src").join("lib.rs"), source)?;
    match fs::remove_file(dir.join("Cargo.lock")) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(at(dir)(error)),
        _ => Ok(()),
    }
}
