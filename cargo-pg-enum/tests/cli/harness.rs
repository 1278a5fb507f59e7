//! What every test has at hand.

use std::ffi::OsString;
use std::fmt::Write;
use std::path::Path;

use cargo_pg_enum::{Metrics, Status, Streams};
use expect_test::Expect;
use tempfile::TempDir;

/// A folder `migrations` in a directory of its own.
pub(crate) struct Project {
    pub(crate) dir: TempDir,
}

/// What a run has left.
pub(crate) struct Run {
    pub(crate) status: Status,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("migrations")).unwrap();
        let project = Self { dir };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.root().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn root(&self) -> std::path::PathBuf {
        self.dir.path().join("migrations")
    }

    /// `cargo pg-enum state` on the folder.
    pub(crate) fn state(&self, more: &[&str]) -> Run {
        let root = self.root();
        let mut args = vec!["pg-enum", "state", "--migrations", root.to_str().unwrap()];
        args.extend(more);
        run(&args, false).relative_to(self.dir.path())
    }
}

/// Packages in a directory of their own.
pub(crate) struct Crates {
    pub(crate) dir: TempDir,
}

/// A manifest for a package of that name, with more behind it.
pub(crate) fn manifest(name: &str, more: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{more}")
}

impl Crates {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let crates = Self { dir: tempfile::tempdir().unwrap() };
        for (name, text) in files {
            crates.write(name, text);
        }
        crates
    }

    /// One package with a library, and with these files.
    pub(crate) fn one(library: &str, files: &[(&str, &str)]) -> Self {
        let crates = Self::new(files);
        crates.write("Cargo.toml", &manifest("shop", "[workspace]\n"));
        crates.write("src/lib.rs", library);
        crates
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The names of everything in a directory.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(name)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// A subcommand on the package at the top.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        self.run_in("Cargo.toml", args)
    }

    /// A subcommand on another one.
    pub(crate) fn run_in(&self, manifest: &str, args: &[&str]) -> Run {
        let manifest = self.path(manifest);
        let more = ["--manifest-path", manifest.to_str().unwrap()];
        let args: Vec<_> = args.iter().copied().chain(more).collect();
        run(&args, false).relative_to(self.dir.path())
    }

    /// The same, with somebody who answers.
    pub(crate) fn answer(&self, args: &[&str], answers: &str) -> Run {
        let manifest = self.path("Cargo.toml");
        let more = ["--manifest-path", manifest.to_str().unwrap()];
        let args: Vec<_> = args.iter().copied().chain(more).collect();
        run_with(&args, false, Some(answers)).relative_to(self.dir.path())
    }
}

impl Run {
    /// Without the directory that is another each time.
    pub(crate) fn relative_to(mut self, dir: &Path) -> Self {
        let dir = format!("{}{}", dir.display(), std::path::MAIN_SEPARATOR);
        for text in [&mut self.out, &mut self.err] {
            *text = text
                .replace(&dir, "")
                .replace(dir.trim_end_matches(std::path::MAIN_SEPARATOR), ".");
        }
        self
    }

    /// All of it, against what is expected.
    #[track_caller]
    pub(crate) fn check(&self, expected: &Expect) {
        let mut all = format!("{:?}\n", self.status);
        for (name, text) in [("out", &self.out), ("err", &self.err)] {
            if !text.is_empty() {
                // Writing to a string does not fail.
                let _ = write!(all, "--- {name}\n{text}");
            }
        }
        // clap leaves blanks at the ends of lines, and expect-test writes none.
        let lines: Vec<_> = all.split('\n').map(str::trim_end).collect();
        expected.assert_eq(&lines.join("\n"));
    }
}

/// Runs the command line with these arguments after the program's name.
pub(crate) fn run(args: &[&str], color: bool) -> Run {
    run_with(args, color, None)
}

fn run_with(args: &[&str], color: bool, answers: Option<&str>) -> Run {
    let mut answers = answers.map(str::as_bytes);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = ["cargo-pg-enum"].iter().chain(args).map(OsString::from);
    let mut streams = Streams {
        out: &mut out,
        err: &mut err,
        out_color: color,
        err_color: color,
        input: answers.as_mut().map(|answers| answers as &mut dyn std::io::BufRead),
        progress: false,
        metrics: Metrics::default(),
    };
    let status = cargo_pg_enum::run(args, &mut streams);
    Run { status, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}
