//! The files that may have models, and their text.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

/// Folders that are not looked into: what is in them does not belong to the application, or only tries models out.
const ELSEWHERE: [&str; 15] = [
    "__pycache__",
    "build",
    "dist",
    "docs",
    "env",
    "examples",
    "fixtures",
    "node_modules",
    "site-packages",
    "target",
    "test",
    "testing",
    "tests",
    "vendor",
    "venv",
];

/// So many files are looked at.
const MOST: usize = 50_000;

/// How deep folders may be inside one another.
const DEPTH: usize = 30;

/// No longer file is read.
const LONGEST: u64 = 4 << 20;

/// A file with models contains one of these.
const SIGNS: [&str; 8] = [
    "__tablename__",
    "mapped_column",
    "Mapped[",
    "Column(",
    "table=True",
    "table = True",
    "Table(",
    ".Model)",
];

/// The files below a folder.
#[derive(Default)]
pub(super) struct Found {
    pub(super) with_models: Vec<PathBuf>,
    /// Each `env.py` that Alembic runs.
    pub(super) envs: Vec<PathBuf>,
    /// Folders with revisions, away from an `env.py`.
    pub(super) revisions: Vec<PathBuf>,
    /// Files that may say how constraints are called.
    pub(super) conventions: Vec<PathBuf>,
    /// What cannot be read, with the reason.
    pub(super) not_read: Vec<(PathBuf, String)>,
    looked_at: usize,
}

/// Looks for them. A link is not followed: it may lead out of the folder, or back to it.
pub(super) fn walk(root: &Path) -> Found {
    let mut found = Found::default();
    walk_into(root, 0, &mut found);
    if found.looked_at > MOST {
        let why = format!("only {MOST} files of Python are looked at");
        found.not_read.push((root.to_owned(), why));
    }
    found
}

fn walk_into(folder: &Path, depth: usize, found: &mut Found) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries: Vec<fs::DirEntry> = match entries {
        Ok(entries) => entries,
        // A folder that is not there is for whoever asks for it to report.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => {
            found.not_read.push((folder.to_owned(), error.to_string()));
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    let mut folders = Vec::new();
    let mut is_script_folder = false;
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => {
                found.not_read.push((entry.path(), error.to_string()));
                continue;
            }
        };
        if kind.is_dir() {
            let is_hidden = name.starts_with('.') || name.contains("{{");
            if !is_hidden && !ELSEWHERE.contains(&&*name) {
                folders.push(entry.path());
            }
        } else if kind.is_file() && name.ends_with(".py") && !is_test(&name) {
            let path = entry.path();
            let env = (name == "env.py").then(|| read(&path).ok()).flatten();
            if let Some(text) = env.filter(|text| text.contains("alembic")) {
                is_script_folder = true;
                if names_constraints(&text) {
                    found.conventions.push(path.clone());
                }
                found.envs.push(path);
            } else {
                files.push(path);
            }
        }
    }
    // Beside `env.py` are revisions, which have the models of their time.
    if is_script_folder {
        return;
    }
    for path in files {
        found.looked_at += 1;
        if found.looked_at > MOST {
            return;
        }
        match read(&path) {
            Ok(text) => {
                let is_revision = text.contains("down_revision") && text.contains("def upgrade");
                if is_revision && found.revisions.last().is_none_or(|last| last != folder) {
                    found.revisions.push(folder.to_owned());
                }
                if !is_revision && names_constraints(&text) {
                    found.conventions.push(path.clone());
                }
                if !is_revision && SIGNS.iter().any(|sign| text.contains(sign)) {
                    found.with_models.push(path);
                }
            }
            Err(why) => found.not_read.push((path, why)),
        }
    }
    for folder in folders {
        // An environment has its own interpreter.
        if folder.join("pyvenv.cfg").exists() {
            continue;
        }
        if depth == DEPTH {
            let why = format!("only {DEPTH} folders inside one another are looked into");
            found.not_read.push((folder, why));
        } else {
            walk_into(&folder, depth + 1, found);
        }
    }
}

/// Whether a file may say how constraints are called: by a naming convention, or with the bases of a library that has one
/// (`advanced_alchemy/base.py`).
fn names_constraints(text: &str) -> bool {
    const SIGNS: [&str; 4] = [
        "naming_convention",
        "advanced_alchemy",
        "litestar.plugins.sqlalchemy",
        "litestar.contrib.sqlalchemy",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

fn is_test(name: &str) -> bool {
    name.starts_with("test_") || name.ends_with("_test.py") || name == "conftest.py"
}

/// The text of a file, or why it cannot be read.
fn read(path: &Path) -> Result<String, String> {
    let length = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if length > LONGEST {
        return Err("it is too long".to_owned());
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}

/// Texts of files, each once, by the paths that places are shown with.
pub(super) struct Sources {
    /// As the caller names it.
    root: PathBuf,
    /// As modules know it.
    canonical: PathBuf,
    read: HashMap<PathBuf, Arc<Source>>,
}

impl Sources {
    pub(super) fn new(root: &Path) -> Self {
        let canonical = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Self { root: root.to_owned(), canonical, read: HashMap::new() }
    }

    /// The path of a module below the root.
    pub(super) fn below<'p>(&self, path: &'p Path) -> &'p Path {
        path.strip_prefix(&self.canonical).unwrap_or(path)
    }

    /// A place in a module: no more than the rest of its first line.
    pub(super) fn location(&mut self, path: &Path, at: Range<usize>) -> Location {
        let shown = match path.strip_prefix(&self.canonical) {
            Ok(below) if self.root == Path::new(".") => below.to_owned(),
            Ok(below) => self.root.join(below),
            Err(_) => path.to_owned(),
        };
        let source = self.read.entry(path.to_owned()).or_insert_with(|| {
            Arc::new(Source { path: shown, text: read(path).unwrap_or_default() })
        });
        let text = source.text.get(at.clone()).unwrap_or_default();
        let length = text.find(['\n', '\r']).unwrap_or(text.len());
        Location::new(source, at.start..at.start + length)
    }

    /// The files of all places.
    pub(super) fn into_paths(self) -> Vec<PathBuf> {
        self.read.into_values().map(|source| source.path.clone()).collect()
    }
}
