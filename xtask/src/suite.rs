//! `cargo xtask test`, `cargo xtask stress` and the benches.

use std::path::{self, Path};

use crate::install::{ensure_libpq, ensure_server};
use crate::run::{Failure, at, command, has, read, run};

/// The features of `pg-enum` that must build without the others.
const FEATURES: [&str; 3] = ["live", "registry", "serde"];

/// And those that are drivers.
const DRIVERS: [&str; 9] = [
    "diesel",
    "diesel-async",
    "postgres",
    "sea-orm",
    "sea-orm-1",
    "sqlx",
    "sqlx-0_7",
    "sqlx-0_8",
    "tokio-postgres",
];

/// What is used with other features alone must not be dead code without them.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

pub(crate) fn test(extra: &[String]) -> Result<(), Failure> {
    ensure_server()?;
    ensure_libpq()?;
    ensure_rust_src();
    run(command("cargo", ["test", "--workspace"]).args(extra))?;
    let alone = ["clippy", "--package", "pg-enum"];
    run(command("cargo", alone).args(DENY_WARNINGS))?;
    for feature in FEATURES {
        run(command("cargo", alone).args(["--features", feature]).args(DENY_WARNINGS))?;
    }
    for driver in DRIVERS {
        // With the features of the crates below the drivers that the rest of the workspace builds them with.
        run(command("cargo", alone)
            .args(["--package", "pg-enum-test-unified", "--features"])
            .arg(format!("pg-enum/{driver}"))
            .args(DENY_WARNINGS))?;
    }
    // Everywhere else it is built with all it has: as in a build script that replays, which also has
    // `pg-enum-migrations` without `write`, and as in one that goes by a record.
    let build = ["clippy", "--package", "pg-enum-build"];
    run(command("cargo", build).args(DENY_WARNINGS))?;
    run(command("cargo", build).arg("--no-default-features").args(DENY_WARNINGS))?;
    // The whole workspace has positions in macros, as an application whose build script scans source
    // (enum-derive-build/Cargo.toml). Alone, the derive has none.
    run(&mut command("cargo", ["test", "--package", "pg-enum-impl"]))
}

pub(crate) fn bench(dev: bool) -> Result<(), Failure> {
    ensure_server()?;
    let profile: &[&str] = if dev { &["--profile", "dev"] } else { &[] };
    for bench in ["decode", "drivers"] {
        run(command("cargo", BENCH).arg(bench).args(profile))?;
    }
    Ok(())
}

pub(crate) fn bench_folders(folders: &Path, rounds: usize) -> Result<(), Failure> {
    let mut bench = command("cargo", BENCH);
    bench.arg("folders").env("PG_ENUM_BENCH_ROUNDS", rounds.to_string());
    // The bench runs in its package's directory.
    bench.env("PG_ENUM_BENCH_FOLDERS", path::absolute(folders).map_err(at(folders))?);
    run(&mut bench)
}

pub(crate) fn bench_verify(rounds: usize) -> Result<(), Failure> {
    ensure_server()?;
    run(command("cargo", BENCH).arg("verify").env("PG_ENUM_BENCH_ROUNDS", rounds.to_string()))
}

pub(crate) fn bench_dependents(rounds: usize) -> Result<(), Failure> {
    ensure_server()?;
    run(command("cargo", BENCH).arg("dependents").env("PG_ENUM_BENCH_ROUNDS", rounds.to_string()))
}

pub(crate) fn bench_swap(rounds: usize) -> Result<(), Failure> {
    ensure_server()?;
    run(command("cargo", BENCH).arg("swap").env("PG_ENUM_BENCH_ROUNDS", rounds.to_string()))
}

/// Processes that start at once, by the hundred.
pub(crate) fn stress(rounds: usize) -> Result<(), Failure> {
    ensure_server()?;
    let stress = ["test", "--package", "pg-enum-tests", "--", "runtime::processes"];
    run(command("cargo", stress).env("PG_ENUM_ROUNDS", rounds.to_string()))
}

const BENCH: [&str; 4] = ["bench", "--package", "pg-enum-benches", "--bench"];

/// Without `squawk`, the bench looks for that program on `PATH`, and says how to install it.
pub(crate) fn bench_replay(rounds: usize, squawk: Option<&Path>) -> Result<(), Failure> {
    let mut bench = command("cargo", BENCH);
    bench.arg("replay").env("PG_ENUM_BENCH_ROUNDS", rounds.to_string());
    if let Some(squawk) = squawk {
        // The bench runs in its package's directory.
        bench.env("PG_ENUM_SQUAWK", path::absolute(squawk).map_err(at(squawk))?);
    }
    run(&mut bench)
}

/// A compile error that points into the standard library shows its lines only where they are
/// installed, and the compile-fail tests compare every line. rustup adds the component by itself
/// when it installs the pinned toolchain, but not to one that was there before.
fn ensure_rust_src() {
    if !has("rustup") {
        return;
    }
    let added =
        read(&mut command("rustup", ["component", "list", "--installed"])).and_then(|installed| {
            if installed.lines().any(|component| component == "rust-src") {
                return Ok(());
            }
            run(&mut command("rustup", ["component", "add", "rust-src"]))
        });
    if let Err(failure) = added {
        eprintln!(
            "warning: {failure}: compile-fail tests may differ where an error quotes the standard library"
        );
    }
}
