//! Where modules are: as Python finds them from where Alembic runs.
//!
//! Alembic puts `prepend_sys_path` of its configuration before the path (`alembic/script/base.py`, `from_config`), and is run in
//! the folder of `alembic.ini`; what else is on the path is not in the repository. So a module is looked for there, and
//! in the folders above the revisions. One that is in two places is not known.

use std::fs;
use std::path::{Path, PathBuf};

/// No file of Python that is longer is read.
const MAX_FILE: u64 = 4 << 20;

/// So many directories above a folder are looked into.
pub(crate) const LEVELS: usize = 10;

/// What says that a folder is a project's, above which nothing is looked for.
const TOP: [&str; 2] = [".git", ".hg"];

/// The folders that modules are looked for in.
pub(crate) struct Roots {
    /// Those that the configuration names, first to last.
    named: Vec<PathBuf>,
    /// Those above the revisions.
    above: Vec<PathBuf>,
    /// The folder that all of them are in.
    top: PathBuf,
}

impl Roots {
    /// Those for revisions in a folder.
    pub(crate) fn of(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let mut all: Vec<PathBuf> = Vec::new();
        for above in folder.ancestors().take(LEVELS) {
            all.push(above.to_owned());
            if TOP.iter().any(|name| above.join(name).exists()) {
                break;
            }
        }
        let is_top = |path: &Path| TOP.iter().any(|name| path.join(name).exists());
        if !all.last().is_some_and(|last| is_top(last)) {
            // Without a repository, the project ends where its configuration is, or above the folder.
            let marks = ["alembic.ini", "pyproject.toml", "setup.py", "setup.cfg"];
            let is_marked = |path: &PathBuf| marks.iter().any(|mark| path.join(mark).exists());
            let end = all.iter().rposition(is_marked).unwrap_or(1).max(1);
            all.truncate(end + 1);
        }
        let top = all.last()?.clone();
        let ini = all.iter().map(|folder| folder.join("alembic.ini")).find(|path| path.is_file());
        let mut named = Vec::new();
        if let Some(ini) = ini
            && let Some(folder) = ini.parent()
        {
            let text = fs::read_to_string(&ini).unwrap_or_default();
            for path in prepended(&text) {
                named.push(folder.join(path.replace("%(here)s", &folder.to_string_lossy())));
            }
        }
        let mut above = Vec::new();
        for folder in all {
            above.push(folder.join("src"));
            above.push(folder);
        }
        Some(Self { named, above, top })
    }

    /// The file of a module, by its dotted name.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        let relative: PathBuf = name.split('.').collect();
        let file = |folder: &PathBuf| self.file(&folder.join(&relative));
        if let Some(found) = self.named.iter().find_map(file) {
            return Some(found);
        }
        let mut found: Vec<PathBuf> = self.above.iter().filter_map(file).collect();
        found.dedup();
        match &found[..] {
            [only] => Some(only.clone()),
            _ => None,
        }
    }

    /// Whether a module's outermost package is in the project.
    pub(crate) fn has_package(&self, name: &str) -> bool {
        let first = name.split('.').next().unwrap_or(name);
        let is_here = |folder: &PathBuf| {
            let path = folder.join(first);
            path.is_dir() || path.with_extension("py").is_file()
        };
        self.named.iter().any(is_here) || self.above.iter().any(is_here)
    }

    /// The file of a module that stands beside or above another: `.name` of a package.
    pub(crate) fn relative(&self, from: &Path, level: u32, name: &str) -> Option<PathBuf> {
        let mut folder = from.parent()?;
        for _ in 1..level {
            folder = folder.parent()?;
        }
        let relative: PathBuf = name.split('.').filter(|part| !part.is_empty()).collect();
        self.file(&folder.join(relative))
    }

    /// `path.py`, or `path/__init__.py`, in the project.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        let package = path.join("__init__.py");
        let module = path.with_extension("py");
        let found = [package, module].into_iter().find(|path| path.is_file())?;
        let found = found.canonicalize().ok()?;
        let is_short = fs::metadata(&found).is_ok_and(|it| it.len() <= MAX_FILE);
        (is_short && found.starts_with(&self.top)).then_some(found)
    }
}

/// The folders that `prepend_sys_path` names; they are separated by `version_path_separator`, by colons, or by blanks.
fn prepended(ini: &str) -> Vec<&str> {
    let mut folders = Vec::new();
    for line in ini.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        if key.trim() == "prepend_sys_path" {
            let parts = value.split([':', ';', ',', ' ']).map(str::trim);
            folders.extend(parts.filter(|part| !part.is_empty()));
        }
    }
    folders
}

/// Whether a package is one of those whose names mean what they mean, wherever else something of that name is: those that
/// revisions take their operations from, and Python's own.
pub(crate) fn is_library(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    LIBRARIES.contains(&first) || is_standard(name)
}

/// Whether it is one of Python's own, or of those that know of no database.
pub(crate) fn is_standard(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    STANDARD.contains(&first) || OF_TERMINALS.contains(&first) || OF_VALUES.contains(&first)
}

const LIBRARIES: [&str; 6] = [
    "alembic",
    "alembic_postgresql_enum",
    "alembic_utils",
    "sqlalchemy",
    "sqlalchemy_utils",
    "sqlmodel",
];

/// Libraries whose calls say what a revision is doing, and send nothing to a database.
const OF_TERMINALS: [&str; 5] = ["click", "dotenv", "loguru", "structlog", "tqdm"];

/// Libraries whose calls make values of values, and send nothing to a database.
const OF_VALUES: [&str; 14] = [
    "babel",
    "bcrypt",
    "cryptography",
    "dateutil",
    "nanoid",
    "numpy",
    "orjson",
    "packaging",
    "passlib",
    "pydantic",
    "pytz",
    "slugify",
    "ulid",
    "yaml",
];

/// Those of Python's own that revisions import.
const STANDARD: [&str; 50] = [
    "__future__",
    "abc",
    "argparse",
    "ast",
    "asyncio",
    "base64",
    "binascii",
    "builtins",
    "collections",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "errno",
    "functools",
    "getpass",
    "glob",
    "hashlib",
    "hmac",
    "importlib",
    "inspect",
    "io",
    "ipaddress",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "os",
    "pathlib",
    "pickle",
    "pprint",
    "random",
    "re",
    "secrets",
    "shutil",
    "string",
    "subprocess",
    "sys",
    "textwrap",
    "time",
    "traceback",
    "types",
    "typing",
    "unittest",
    "uuid",
    "warnings",
];
