//! The situations of `tests/situations`: what `lint` finds in each folder, what `--fix` makes of it, and that nothing is found in
//! the folders that are fixed. `cargo xtask alembic` runs the same folders on a server.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use serde_json::Value;

use crate::harness::{Crates, run};

/// What `SQLAlchemy` does depends on its version.
const SQLALCHEMY: [&str; 3] = ["1.4.54", "2.0.58", "2.1.9"];

/// A folder of files, by their paths in it.
type Files = BTreeMap<String, String>;

fn situations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/situations")
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// The files of a project. One of Alembic's without an `env.py` gets the usual one.
fn files(root: &Path) -> Files {
    let (mut files, mut open) = (Files::new(), vec![root.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(below, fs::read_to_string(&path).unwrap());
            }
        }
    }
    if root.join("migrations").is_dir() {
        let env = fs::read_to_string(situations().join("env.py")).unwrap();
        files.entry("migrations/env.py".to_owned()).or_insert(env);
    }
    files
}

/// A project on disk, and what it comes to.
struct Copy {
    dir: Crates,
    /// `migrations`, or the project itself if that is the folder of SQL.
    migrations: &'static str,
}

impl Copy {
    fn new(files: &Files, sqlalchemy: Option<&str>) -> Self {
        let dir = Crates::new(&[]);
        for (name, text) in files {
            dir.write(name, text);
        }
        if let Some(version) = sqlalchemy {
            dir.write("requirements.txt", &format!("sqlalchemy=={version}\n"));
        }
        let is_alembic = sqlalchemy.is_some();
        Self { dir, migrations: if is_alembic { "migrations" } else { "." } }
    }

    /// What is found, each in a line.
    fn lint(&self, fix: bool) -> String {
        let migrations = self.dir.path(self.migrations);
        let mut args = vec![
            "pg-enum",
            "lint",
            "--format",
            "json",
            "--migrations",
            migrations.to_str().unwrap(),
        ];
        let baseline = self.dir.path("baseline.json");
        if baseline.is_file() {
            args.extend(["--baseline", baseline.to_str().unwrap()]);
        }
        if fix {
            args.push("--fix");
        }
        let run = run(&args, false).relative_to(self.dir.dir.path());
        let report: Value =
            serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err));
        let mut lines = String::new();
        for finding in report["findings"].as_array().unwrap() {
            let (file, line) = (finding["file"].as_str().unwrap(), &finding["line"]);
            let (severity, code) =
                (finding["severity"].as_str().unwrap(), finding["code"].as_str().unwrap());
            let _ = writeln!(lines, "{}:{line} {severity} {code}", file.trim_start_matches("./"));
        }
        lines
    }

    fn read(&self, files: &Files) -> Files {
        files.keys().map(|name| (name.clone(), self.dir.read(name))).collect()
    }
}

/// What is to be said of a folder: what is found, and what is left after the fixes.
fn told(files: &Files, fixed: &Files, sqlalchemy: Option<&str>) -> String {
    let copy = Copy::new(files, sqlalchemy);
    let before = copy.lint(false);
    if before.is_empty() {
        return "nothing\n".to_owned();
    }
    let after = copy.lint(true);
    let by = if copy.read(files) == *files {
        "--fix changes nothing\n".to_owned()
    } else if after.is_empty() {
        assert_eq!(copy.read(fixed), *fixed, "what --fix makes is the fixed folder");
        "--fix makes the fixed folder\n".to_owned()
    } else {
        format!("after --fix:\n{after}")
    };
    format!("{before}{by}")
}

#[test]
fn what_is_found_and_fixed() {
    for situation in folders(&situations()) {
        let mut text = String::new();
        for folder in folders(&situation) {
            let (of, shown) = (files(&folder), name(&folder));
            let is_alembic = shown.starts_with("alembic");
            let versions: Vec<Option<&str>> =
                if is_alembic { SQLALCHEMY.map(Some).to_vec() } else { vec![None] };
            let fixed = situation.join(format!("{shown}_fixed"));
            if !fixed.is_dir() {
                for version in versions {
                    let left = Copy::new(&of, version).lint(false);
                    assert_eq!(left, "", "{} is clean with {version:?}", folder.display());
                }
                continue;
            }
            let fixed = files(&fixed);
            let told: Vec<String> =
                versions.iter().map(|version| told(&of, &fixed, *version)).collect();
            if told.iter().all(|other| *other == told[0]) {
                let _ = writeln!(text, "# {shown}\n{}", told[0]);
                continue;
            }
            for (version, told) in versions.iter().zip(told) {
                let _ =
                    writeln!(text, "# {shown}, SQLAlchemy {}\n{told}", version.unwrap_or_default());
            }
        }
        expect_file![situation.join("findings.txt")].assert_eq(&text);
    }
}
