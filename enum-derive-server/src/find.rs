//! Finds the programs of `PostgreSQL`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that are necessary to start a server. Server packages contain all of them.
pub const SERVER: &[&str] = &["initdb", "pg_ctl", "postgres"];

/// A version of `PostgreSQL`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// `15`
    pub major: u32,
    /// `15.18`, as the program prints it.
    pub text: String,
}

/// The directories that contain all of these programs: first the directories in `PATH`, then the places used by
/// Debian and its derivatives, the RPMs of the `PostgreSQL` project, Homebrew and Postgres.app, with the highest
/// version first.
///
/// A symbolic link is followed to the directory of the program, which contains the other programs. A link to a file
/// with another name is ignored: Debian's `/usr/bin/pg_dump` links to a script that chooses a version.
///
/// ```
/// use pg_enum_server::installed;
///
/// for dir in installed(&["pg_dump"]) {
///     assert!(dir.join("pg_dump").exists());
/// }
/// ```
#[must_use]
pub fn installed(programs: &[&str]) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut found: Vec<PathBuf> = env::split_paths(&path)
        .filter_map(|dir| {
            let first = program(&dir, programs.first()?).canonicalize().ok()?;
            let dir = first.parent()?.to_owned();
            holds(&dir, programs).then_some(dir)
        })
        .collect();
    let places = [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
        ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
        ("/Applications/Postgres.app/Contents/Versions", ""),
    ];
    for (parent, prefix) in places {
        found.extend(highest(Path::new(parent), prefix, "bin", programs));
    }
    let mut unique: Vec<PathBuf> = Vec::with_capacity(found.len());
    for dir in found.into_iter().map(|dir| dir.canonicalize().unwrap_or(dir)) {
        if !unique.contains(&dir) {
            unique.push(dir);
        }
    }
    unique
}

/// The `bin` directories in subdirectories of `parent` named `prefix` and a version, if they contain all of these
/// programs; the highest version first.
#[must_use]
pub fn highest(parent: &Path, prefix: &str, bin: &str, programs: &[&str]) -> Vec<PathBuf> {
    let Ok(entries) = parent.read_dir() else { return Vec::new() };
    let mut found: Vec<(Vec<u32>, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let version = numbers(entry.file_name().to_str()?.strip_prefix(prefix)?)?;
            let bin = entry.path().join(bin);
            holds(&bin, programs).then_some((version, bin))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, bin)| bin).collect()
}

/// The version that a program prints: `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`. `None` if it does not
/// run or prints something else.
#[must_use]
pub fn version_of(dir: &Path, name: &str) -> Option<Version> {
    let output = Command::new(program(dir, name)).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.split_once("(PostgreSQL)")?.1.split_whitespace().next()?.to_owned();
    // `19beta1`
    let major = text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()?;
    output.status.success().then_some(Version { major, text })
}

/// The numbers in a version such as `15` or `16.14.0-beta.17`, for comparison; empty if the name does not start with
/// a digit.
fn numbers(name: &str) -> Option<Vec<u32>> {
    name.starts_with(|first: char| first.is_ascii_digit()).then(|| {
        name.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect()
    })
}

fn program(dir: &Path, name: &str) -> PathBuf {
    dir.join(name).with_extension(env::consts::EXE_EXTENSION)
}

fn holds(dir: &Path, programs: &[&str]) -> bool {
    programs.iter().all(|name| program(dir, name).is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn versions_compare_by_number() {
        assert!(numbers("9.6") < numbers("15"));
        assert!(numbers("16.9.0-beta.15") < numbers("16.14.0-beta.1"));
        assert!(numbers("16.14.0-beta.9") < numbers("16.14.0-beta.17"));
        assert_eq!(numbers("common"), None);
        assert_eq!(numbers(""), None);
    }

    #[test]
    fn the_highest_complete_version_comes_first() {
        let parent = env::temp_dir().join(format!("pg-enum-find-{}", std::process::id()));
        for (version, programs) in
            [("pg-9", SERVER), ("pg-15", SERVER), ("pg-16", &["initdb"]), ("17", SERVER)]
        {
            let bin = parent.join(version).join("bin");
            fs::create_dir_all(&bin).unwrap();
            for name in programs {
                fs::write(program(&bin, name), "").unwrap();
            }
        }
        let found = highest(&parent, "pg-", "bin", SERVER);
        fs::remove_dir_all(&parent).unwrap();
        assert_eq!(found, ["pg-15", "pg-9"].map(|name| parent.join(name).join("bin")));
    }
}
