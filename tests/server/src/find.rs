//! Where PostgreSQL's programs are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The environment variable that names the directory of the programs to use, before any other.
pub const BIN_VARIABLE: &str = "PG_ENUM_POSTGRES_BIN";

/// Finds the directory that holds `initdb` and `postgres`.
///
/// Looks, in this order, at
/// 1. the directory [`BIN_VARIABLE`] names, which is returned unchecked: whoever names a directory
///    wants to hear that it is wrong, and not to be given another. A relative path starts at the
///    root of the workspace;
/// 2. the directories on `PATH`;
/// 3. where packages of Linux distributions, Homebrew and Postgres.app put them, the highest version
///    first;
/// 4. where `cargo xtask` unpacks servers, the highest version first. Last, because `cargo xtask matrix` leaves old
///    and new versions there that nobody asked for when a server is installed.
#[must_use]
pub fn find_binaries() -> Option<PathBuf> {
    if let Some(named) = env::var_os(BIN_VARIABLE).filter(|value| !value.is_empty()) {
        return Some(workspace_root().join(named));
    }
    on_path()
        .or_else(|| {
            // Debian and its family, the PostgreSQL project's own RPMs, Homebrew on its three
            // prefixes, Postgres.app.
            [
                ("/usr/lib/postgresql", ""),
                ("/usr", "pgsql-"),
                ("/opt/homebrew/opt", "postgresql@"),
                ("/usr/local/opt", "postgresql@"),
                ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
                ("/Applications/Postgres.app/Contents/Versions", ""),
            ]
            .into_iter()
            .find_map(|(parent, prefix)| highest(Path::new(parent), prefix, "bin"))
        })
        .or_else(|| highest(&unpacked_dir(), "", "native/bin"))
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

fn on_path() -> Option<PathBuf> {
    let dir = env::split_paths(&env::var_os("PATH")?).find(|dir| holds_server(dir))?;
    // The server is not started from the current directory.
    std::path::absolute(dir).ok()
}

/// The programs below the subdirectory of `parent` with the highest version after `prefix`.
fn highest(parent: &Path, prefix: &str, bin: &str) -> Option<PathBuf> {
    parent
        .read_dir()
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version = version(entry.file_name().to_str()?.strip_prefix(prefix)?)?;
            let bin = entry.path().join(bin);
            holds_server(&bin).then_some((version, bin))
        })
        .max()
        .map(|(_, bin)| bin)
}

/// The numbers of a version such as `15` or `16.14.0-beta.17`, which compare as versions do; none
/// for a name that does not start with a digit.
fn version(name: &str) -> Option<Vec<u32>> {
    name.starts_with(|first: char| first.is_ascii_digit()).then(|| {
        name.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    })
}

fn holds_server(dir: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| dir.join(program).with_extension(env::consts::EXE_EXTENSION).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(version("9.6") < version("15"));
        assert!(version("16.9.0-beta.15") < version("16.14.0-beta.1"));
        assert!(version("16.14.0-beta.9") < version("16.14.0-beta.17"));
        assert_eq!(version("common"), None);
        assert_eq!(version(""), None);
    }

    #[test]
    fn the_highest_complete_version_is_taken() {
        let parent = env::temp_dir().join(format!("pg-enum-find-{}", std::process::id()));
        for (version, programs) in [
            ("pg-9", &["initdb", "postgres"][..]),
            ("pg-15", &["initdb", "postgres"]),
            ("pg-16", &["initdb"]),
            ("17", &["initdb", "postgres"]),
        ] {
            let bin = parent.join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for program in programs {
                let program = bin.join(program).with_extension(env::consts::EXE_EXTENSION);
                fs::write(program, "").unwrap();
            }
        }
        let found = highest(&parent, "pg-", "bin");
        fs::remove_dir_all(&parent).unwrap();
        assert_eq!(found, Some(parent.join("pg-15").join("bin")));
    }

    #[test]
    fn the_workspace_root_holds_the_workspace() {
        let manifest = fs::read_to_string(workspace_root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }
}
