//! The files that may have models, and their text.

use std::collections::HashMap;
use std::fs;
use std::io;
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
    /// Whether something that is not read may say how constraints are called.
    pub(super) may_name_constraints: bool,
    looked_at: usize,
}

impl Found {
    fn leave_out(&mut self, path: PathBuf, not_read: NotRead) {
        self.may_name_constraints |= not_read.may_name_constraints;
        self.not_read.push((path, not_read.why));
    }
}

/// Why something is not read.
struct NotRead {
    why: String,
    /// Whether it may say how constraints are called.
    may_name_constraints: bool,
}

impl NotRead {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), may_name_constraints: true }
    }
}

/// What cannot be opened, as the folder of a server's data, `env.py` cannot import either.
impl From<io::Error> for NotRead {
    fn from(error: io::Error) -> Self {
        let may_name_constraints = error.kind() != io::ErrorKind::PermissionDenied;
        Self { why: error.to_string(), may_name_constraints }
    }
}

/// Looks for them. A link is not followed: it may lead out of the folder, or back to it.
pub(super) fn walk(root: &Path) -> Found {
    let mut found = Found::default();
    walk_into(root, 0, false, &mut found);
    if found.looked_at > MOST {
        let why = format!("only {MOST} files of Python are looked at");
        found.leave_out(root.to_owned(), NotRead::new(why));
    }
    found
}

/// `is_beside` says that the folder is in one with an `env.py`.
fn walk_into(folder: &Path, depth: usize, is_beside: bool, found: &mut Found) {
    let entries = fs::read_dir(folder).and_then(Iterator::collect);
    let mut entries: Vec<fs::DirEntry> = match entries {
        Ok(entries) => entries,
        // A folder that is not there is for whoever asks for it to report.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return,
        Err(error) => {
            found.leave_out(folder.to_owned(), error.into());
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
                found.leave_out(entry.path(), error.into());
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
    let is_beside = is_beside || is_script_folder;
    let first = found.with_models.len();
    let mut has_revisions = false;
    for path in files {
        found.looked_at += 1;
        if found.looked_at > MOST {
            return;
        }
        match read(&path) {
            Ok(text) => {
                let is_revision = text.contains("down_revision") && text.contains("def upgrade");
                has_revisions |= is_revision;
                let is_new = || found.revisions.last().is_none_or(|last| last != folder);
                if is_revision && !is_beside && is_new() {
                    found.revisions.push(folder.to_owned());
                }
                if !is_revision && names_constraints(&text) {
                    found.conventions.push(path.clone());
                }
                if !is_revision && SIGNS.iter().any(|sign| text.contains(sign)) {
                    found.with_models.push(path);
                }
            }
            Err(not_read) => found.leave_out(path, not_read),
        }
    }
    // What revisions have beside them are the models of their time. With `script_location = .`, those of the application are
    // beside `env.py`, or below it.
    if is_beside && has_revisions && !is_script_folder {
        found.with_models.truncate(first);
        return;
    }
    for folder in folders {
        // An environment has its own interpreter.
        if folder.join("pyvenv.cfg").exists() {
            continue;
        }
        if depth == DEPTH {
            let why = format!("only {DEPTH} folders inside one another are looked into");
            found.leave_out(folder, NotRead::new(why));
        } else {
            walk_into(&folder, depth + 1, is_beside, found);
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
fn read(path: &Path) -> Result<String, NotRead> {
    if fs::metadata(path)?.len() > LONGEST {
        return Err(NotRead::new("it is too long"));
    }
    String::from_utf8(fs::read(path)?).map_err(|error| NotRead {
        why: "it is not UTF-8".to_owned(),
        // In each encoding that Python reads source in, these are the same bytes (Python's reference, "Encoding declarations").
        may_name_constraints: names_constraints(&String::from_utf8_lossy(error.as_bytes())),
    })
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
