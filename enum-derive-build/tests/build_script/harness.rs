//! A crate with a build script, and what cargo makes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const MANIFEST: &str = r#"
[package]
name = "scratch"
version = "0.1.0"
edition = "2024"

[build-dependencies]
pg-enum-build = { path = "WORKSPACE/enum-derive-build", FEATURES }

[workspace]
"#;

/// Of a crate whose build script replays: all such crates depend on the same, so that cargo builds it once, also for the
/// test of `examples/checked`.
const REPLAYING: &str = r#"
[dependencies]
pg-enum = { path = "WORKSPACE/enum-derive" }
"#;

/// Counts its runs, and says where it leaves things.
const SCRIPT: &str = r#"
use std::io::Write;

fn main() {
    let mut log = std::fs::File::options().create(true).append(true).open("../runs").unwrap();
    writeln!(log, "{}", std::env::var("OUT_DIR").unwrap()).unwrap();
    CALL
}
"#;

/// A crate with a build script, in a folder of its own.
pub(crate) struct Scratch {
    /// For the dependencies, which are built once, also for the tests of other packages.
    target: &'static str,
    dir: TempDir,
    pub(crate) runs: usize,
}

/// How cargo fared.
pub(crate) struct Outcome {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
}

impl Scratch {
    /// With that in the script, which replays migrations and scans source.
    pub(crate) fn replaying(call: &str) -> Self {
        let manifest = MANIFEST.replace("FEATURES", "features = [\"scan\"]") + REPLAYING;
        Self::new("replaying", &manifest, call)
    }

    /// With that in the script, which reads a record.
    pub(crate) fn recorded(call: &str) -> Self {
        let manifest = MANIFEST.replace("FEATURES", "default-features = false");
        Self::new("build-script-record", &manifest, call)
    }

    fn new(target: &'static str, manifest: &str, call: &str) -> Self {
        let scratch = Self { target, dir: tempfile::tempdir().unwrap(), runs: 0 };
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let slashes = workspace.to_str().unwrap().replace('\\', "/");
        scratch.write("Cargo.toml", &manifest.replace("WORKSPACE", &slashes));
        scratch.write("build.rs", &SCRIPT.replace("CALL", call));
        scratch.write(
            "src/lib.rs",
            "pub const RECORD: Option<&str> = option_env!(\"PG_ENUM_RECORD\");",
        );
        // The versions that are there already: nothing is to be downloaded.
        fs::copy(workspace.join("Cargo.lock"), scratch.path("Cargo.lock")).unwrap();
        scratch
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join("scratch").join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn cargo(&self, docs_rs: bool) -> Outcome {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["check", "--offline", "--target-dir"]);
        command.arg(Path::new(env!("CARGO_TARGET_TMPDIR")).join(self.target));
        command.current_dir(self.path("")).env_remove("DOCS_RS").env("CARGO_INCREMENTAL", "0");
        if docs_rs {
            command.env("DOCS_RS", "1");
        }
        let output = command.output().unwrap();
        Outcome {
            succeeded: output.status.success(),
            output: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Builds, and expects that to succeed, and the script to run or not.
    #[track_caller]
    pub(crate) fn build(&mut self, runs: bool) -> String {
        let outcome = self.cargo(false);
        assert!(outcome.succeeded, "{}", outcome.output);
        let now = self.out_dirs().len();
        assert_eq!(now > self.runs, runs, "{}", outcome.output);
        self.runs = now;
        outcome.output
    }

    /// Builds, and expects that to fail.
    #[track_caller]
    pub(crate) fn fail(&self) -> String {
        let outcome = self.cargo(false);
        assert!(!outcome.succeeded);
        outcome.output
    }

    pub(crate) fn out_dirs(&self) -> Vec<PathBuf> {
        let runs = fs::read_to_string(self.dir.path().join("runs")).unwrap();
        runs.lines().map(PathBuf::from).collect()
    }

    /// A file that the script has left.
    pub(crate) fn left(&self, name: &str) -> String {
        fs::read_to_string(self.out_dirs().last().unwrap().join(name)).unwrap()
    }

    /// What rustc gets as `PG_ENUM_RECORD`.
    pub(crate) fn variable(&self) -> Option<String> {
        let said = self.out_dirs().last()?.parent()?.join("output");
        let said = fs::read_to_string(said).ok()?;
        let line =
            said.lines().find_map(|line| line.strip_prefix("cargo::rustc-env=PG_ENUM_RECORD="));
        line.map(str::to_owned)
    }
}
