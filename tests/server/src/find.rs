//! Where PostgreSQL's programs are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use pg_enum_server::{SERVER, highest, installed};

/// The environment variable that names the directory of the programs to use, before any other.
pub const BIN_VARIABLE: &str = "PG_ENUM_POSTGRES_BIN";

/// Finds the directory that holds the programs of a server.
///
/// Looks, in this order, at
/// 1. the directory [`BIN_VARIABLE`] names, which is returned unchecked: whoever names a directory
///    wants to hear that it is wrong, and not to be given another. A relative path starts at the
///    root of the workspace;
/// 2. where servers are installed, those on `PATH` first ([`installed`]);
/// 3. where `cargo xtask` unpacks servers, the highest version first. Last, because `cargo xtask matrix` leaves old
///    and new versions there that nobody asked for when a server is installed.
#[must_use]
pub fn find_binaries() -> Option<PathBuf> {
    if let Some(named) = env::var_os(BIN_VARIABLE).filter(|value| !value.is_empty()) {
        return Some(workspace_root().join(named));
    }
    let unpacked = || highest(&unpacked_dir(), "", "native/bin", SERVER);
    installed(SERVER).into_iter().next().or_else(|| unpacked().into_iter().next())
}

/// The directory `cargo xtask` unpacks servers to, each to a directory named after its version.
fn unpacked_dir() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty());
    // An absolute path replaces the root; a relative one is meant to start there.
    workspace_root().join(target.as_deref().unwrap_or(OsStr::new("target"))).join("postgres")
}

/// The directory of the workspace's `Cargo.toml`.
///
/// # Panics
///
/// Never: this package lies two directories below it.
fn workspace_root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("`tests/server` has two parents")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_workspace_root_holds_the_workspace() {
        let manifest = fs::read_to_string(workspace_root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }
}
