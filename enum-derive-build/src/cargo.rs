//! What cargo tells a build script, and how a build script answers.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::{env, fmt, fs};

use crate::Error;

/// What cargo tells a build script.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The directory of the package.
    pub(crate) package: PathBuf,
    pub(crate) out_dir: PathBuf,
    /// Whether this is the build of a documentation on docs.rs.
    pub(crate) docs_rs: bool,
    /// The directory that rustc's messages are relative to.
    workspace: Option<PathBuf>,
}

impl Environment {
    pub(crate) fn read() -> Result<Self, Error> {
        let variable = |name: &str| {
            env::var_os(name).filter(|value| !value.is_empty()).ok_or_else(|| {
                Error::new(format!("{name} is not set; call pg_enum_build from a build script"))
            })
        };
        let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
        let out_dir = PathBuf::from(variable("OUT_DIR")?);
        let docs_rs = env::var_os("DOCS_RS").is_some();
        let workspace = workspace(&package);
        Ok(Self { package, out_dir, docs_rs, workspace })
    }

    #[cfg(all(test, unix))]
    pub(crate) fn at(package: &str, workspace: Option<&str>) -> Self {
        let workspace = workspace.map(PathBuf::from);
        Self { package: package.into(), out_dir: "out".into(), docs_rs: false, workspace }
    }

    /// Whether the package has been published, and this is not the place where it is worked on: what cargo
    /// adds to a package shows it.
    pub(crate) fn is_published(&self) -> bool {
        self.package.join("Cargo.toml.orig").exists()
    }

    /// A path as rustc would show it: relative to the workspace if it is in there, else as it was given,
    /// relative to the package.
    pub(crate) fn shown(&self, given: &Path) -> PathBuf {
        let path = straightened(&self.package.join(given));
        let bases = [self.workspace.as_deref(), Some(&*self.package)];
        let inside = bases
            .into_iter()
            .flatten()
            .find_map(|base| path.strip_prefix(straightened(base)).ok().map(Path::to_owned));
        match inside {
            Some(inside) if inside.as_os_str().is_empty() => PathBuf::from("."),
            Some(inside) => inside,
            None => given.to_owned(),
        }
    }
}

#[cfg(feature = "scan")]
impl Environment {
    /// The files in which the package's library and binaries begin: those that cargo lists, and if it does
    /// not, those that are where they usually are.
    pub(crate) fn roots(&self, cfg: &crate::scan::Cfg) -> Vec<PathBuf> {
        let listed = ask_cargo(&self.package, &["metadata", "--no-deps", "--format-version=1"])
            .and_then(|text| roots(&text, &self.package.join("Cargo.toml"), cfg));
        listed.unwrap_or_else(|| {
            let usual = ["src/lib.rs", "src/main.rs"].map(|file| self.package.join(file));
            usual.into_iter().filter(|file| file.exists()).collect()
        })
    }
}

/// What `cargo metadata` says of the roots of the package with this manifest.
#[cfg(feature = "scan")]
fn roots(metadata: &str, manifest: &Path, cfg: &crate::scan::Cfg) -> Option<Vec<PathBuf>> {
    use crate::scan::Truth;

    let metadata: serde_json::Value = serde_json::from_str(metadata).ok()?;
    let is_ours = |package: &&serde_json::Value| {
        package["manifest_path"].as_str().is_some_and(|path| Path::new(path) == manifest)
    };
    let package = metadata["packages"].as_array()?.iter().find(is_ours)?;
    let strings = |value: &serde_json::Value| {
        let values = value.as_array().map(Vec::as_slice).unwrap_or_default();
        values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let is_built = |target: &&serde_json::Value| {
        let kinds = strings(&target["kind"]);
        let features = strings(&target["required-features"]);
        kinds.iter().any(|kind| kind == "bin" || kind == "proc-macro" || kind.ends_with("lib"))
            && features.iter().all(|name| cfg.feature(name) != Truth::False)
    };
    let targets = package["targets"].as_array()?.iter().filter(is_built);
    Some(targets.filter_map(|target| Some(PathBuf::from(target["src_path"].as_str()?))).collect())
}

/// The root of the workspace that a package is in, if cargo tells.
fn workspace(package: &Path) -> Option<PathBuf> {
    let manifest =
        ask_cargo(package, &["locate-project", "--workspace", "--message-format=plain"])?;
    Path::new(manifest.trim_end()).parent().map(Path::to_owned)
}

/// What cargo prints about a package.
fn ask_cargo(package: &Path, arguments: &[&str]) -> Option<String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let manifest = package.join("Cargo.toml");
    let output = Command::new(cargo)
        .args(arguments)
        .arg("--offline")
        .arg("--manifest-path")
        .arg(manifest)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// A path without `.` and `..`, as they are written. Links are left alone: messages show none resolved.
fn straightened(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if straight.file_name().is_some() => {
                straight.pop();
            }
            component => straight.push(component),
        }
    }
    straight
}

/// What a build script prints for cargo to read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Directives(String);

impl Directives {
    /// A path that has the script run again when it changes. Of a directory, cargo looks at everything in
    /// it (cargo book, "Build scripts", `rerun-if-changed`), so that files come and go with notice.
    pub(crate) fn rerun_if_changed(&mut self, path: &Path) -> Result<(), Error> {
        self.push("rerun-if-changed", text(path)?)
    }

    pub(crate) fn rerun_if_env_changed(&mut self, name: &str) -> Result<(), Error> {
        self.push("rerun-if-env-changed", name)
    }

    pub(crate) fn rustc_env(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.push("rustc-env", &format!("{name}={value}"))
    }

    pub(crate) fn warning(&mut self, message: &str) {
        self.line("warning", &one_line(message));
    }

    fn push(&mut self, key: &str, value: &str) -> Result<(), Error> {
        if value.contains(['\n', '\r']) {
            return Err(Error::new(format!(
                "{value:?} cannot be passed to cargo: it contains a line end"
            )));
        }
        self.line(key, value);
        Ok(())
    }

    fn line(&mut self, key: &str, value: &str) {
        self.0.extend(["cargo::", key, "=", value, "\n"]);
    }
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The path as a text, which is all that cargo reads.
pub(crate) fn text(path: &Path) -> Result<&str, Error> {
    path.to_str().ok_or_else(|| {
        Error::new(format!("{} cannot be passed to cargo: it is not UTF-8", path.display()))
    })
}

/// A text on one line, with nothing in it that a terminal obeys.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Writes a file, unless that is what is in it: whoever looks at its time sees when it changed.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Error> {
    let there = fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes());
    if there {
        return Ok(());
    }
    fs::write(path, text)
        .map_err(|error| Error::new(format!("cannot write {}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_one_line() {
        let mut directives = Directives::default();
        directives.warning("a\nb\u{1b}[0m");
        assert_eq!(directives.to_string(), "cargo::warning=a b [0m\n");
        assert!(directives.rustc_env("A", "b\nc").is_err());
        assert!(directives.rerun_if_changed(Path::new("a\nb")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn paths_are_shown_as_rustc_would() {
        let shown = |package, workspace, given| {
            Environment::at(package, workspace).shown(Path::new(given)).display().to_string()
        };
        assert_eq!(shown("/w/app", Some("/w"), "migrations"), "app/migrations");
        assert_eq!(shown("/w/app", Some("/w"), "../db/./migrations"), "db/migrations");
        assert_eq!(shown("/w/app", Some("/w"), "/w/db"), "db");
        assert_eq!(shown("/w/app", Some("/w/app"), "../db"), "../db");
        assert_eq!(shown("/w/app", Some("/w/app"), "/elsewhere"), "/elsewhere");
        assert_eq!(shown("/w/app", None, "migrations"), "migrations");
        assert_eq!(shown("/w/app", None, "."), ".");
    }
}
