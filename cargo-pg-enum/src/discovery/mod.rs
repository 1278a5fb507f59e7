//! Where the migrations are: the folders that source and configuration files name, and the usual ones.
//!
//! Each folder keeps what says that it is one, and what was looked at and not understood is a note.

mod files;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::scan::{NamedFolder, NamedPath, Namer};
use pg_enum_migrations::folder::Tool;

pub(crate) use self::files::other_database;
use crate::paths::{nearby, tidy};
use crate::text::visible;

/// A folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Candidate {
    pub(crate) dir: PathBuf,
    /// The tool, where what names the folder tells it.
    pub(crate) tool: Option<Tool>,
    /// What says that it is one: `named by sqlx::migrate! at src/lib.rs:5`.
    pub(crate) origin: String,
    /// Whether nothing names it, and it is only where such folders are.
    pub(crate) is_usual: bool,
}

/// What says that a folder is one, where nothing names it.
pub(crate) const A_USUAL_PLACE: &str = "a usual place";

/// Folders, and what there is to say about the search for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Found {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) notes: Vec<String>,
}

/// Where migrations are if nothing says where, below a package, a workspace or a repository.
pub(crate) const USUAL: [&str; 9] = [
    "migrations",
    "db/migrations",
    "database/migrations",
    "sql/migrations",
    "prisma/migrations",
    "supabase/migrations",
    "drizzle",
    "src/migrations",
    "src/main/resources/db/migration",
];

/// A folder for each database has PostgreSQL's under one of these names.
const POSTGRES: [&str; 4] = ["postgres", "postgresql", "pg", "psql"];

/// Folders that are not looked into for the usual ones: they have migrations to play with, or none.
const ELSEWHERE: [&str; 9] = [
    "target",
    "node_modules",
    "vendor",
    "tests",
    "test",
    "examples",
    "benches",
    "fixtures",
    "fuzz",
];

/// So many folders of a directory are looked into at most.
const MOST: usize = 500;

impl Found {
    pub(crate) fn append(&mut self, mut other: Self) {
        self.candidates.append(&mut other.candidates);
        self.notes.append(&mut other.notes);
    }
}

/// What the configuration files of a directory name.
pub(crate) fn named_by_files(dir: &Path) -> Found {
    let mut found = Found::default();
    files::read(dir, &mut found);
    found
}

/// What the source of a package names. A program runs in the package's directory as a rule, and else in one
/// above it.
pub(crate) fn named_by_source<'a>(
    calls: impl IntoIterator<Item = &'a NamedFolder>,
    package: &Path,
    above: &[PathBuf],
) -> Found {
    let mut found = Found::default();
    for call in calls {
        let tool = match call.by {
            Namer::SqlxMigrate | Namer::SqlxTest | Namer::SqlxMigrator => Some(Tool::Sqlx),
            Namer::DieselEmbed | Namer::DieselFiles => Some(Tool::Diesel),
            Namer::RefineryEmbed | Namer::RefineryLoad => Some(Tool::Refinery),
            Namer::RustList => Some(Tool::SeaOrm),
            _ => None,
        };
        let is_at_run_time =
            matches!(call.by, Namer::SqlxMigrator | Namer::DieselFiles | Namer::RefineryLoad);
        let what = call.by.to_string();
        let place = || format!("{}:{}", visible(&call.file.to_string_lossy()), call.line);
        // Diesel goes up from the manifest to the first folder of that name.
        let goes_up =
            is_at_run_time || (call.by == Namer::DieselEmbed && call.path == NamedPath::Default);
        let bases =
            [package].into_iter().chain(above.iter().map(PathBuf::as_path).filter(|_| goes_up));
        let dir = match &call.path {
            NamedPath::Computed => {
                found
                    .notes
                    .push(format!("{}: the folder that {what} names is not a literal", place()));
                continue;
            }
            NamedPath::Default if tool == Some(Tool::Sqlx) && files::sqlx_names_one(package) => {
                None
            }
            NamedPath::Default => {
                bases.map(|base| base.join("migrations")).find(|dir| dir.is_dir())
            }
            NamedPath::Beside => call.file.parent().map(Path::to_owned),
            NamedPath::Literal(path) if Path::new(path).is_absolute() => {
                let path = visible(path);
                found.notes.push(format!(
                    "{}: {what} names {path}, which is not read, as the path is absolute",
                    place()
                ));
                None
            }
            NamedPath::Literal(path) => {
                let dir = bases.map(|base| base.join(path)).find(|dir| dir.is_dir());
                if dir.is_none() {
                    let path = visible(path);
                    found
                        .notes
                        .push(format!("{}: {what} names {path}, which is no folder", place()));
                }
                dir
            }
        };
        if let Some(dir) = dir {
            let origin = format!("named by {what} at {}", place());
            let candidate = files::named(tidy(&dir), tool, origin);
            // A test names it a hundred times.
            if !found.candidates.iter().any(|other| other.dir == candidate.dir) {
                found.candidates.push(candidate);
            }
        }
    }
    found
}

/// The usual folders of a directory.
pub(crate) fn usual(dir: &Path) -> Vec<Candidate> {
    let there = USUAL.iter().map(|usual| dir.join(usual)).filter(|path| path.is_dir());
    let candidate = |dir: PathBuf| {
        let own = POSTGRES.iter().map(|name| dir.join(name)).find(|path| path.is_dir());
        let origin = A_USUAL_PLACE.to_owned();
        Candidate { dir: own.unwrap_or(dir), tool: None, origin, is_usual: true }
    };
    there.map(candidate).collect()
}

/// The usual folders one level below a directory.
pub(crate) fn usual_below(dir: &Path) -> Vec<Candidate> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut below: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        // A link may lead out of the repository, or back to its root.
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && !ELSEWHERE.contains(&&*name)
        })
        .map(|entry| dir.join(entry.file_name()))
        .take(MOST)
        .collect();
    below.sort();
    below.iter().flat_map(|below| usual(below)).collect()
}

/// The directories above one, as far as the repository goes: to the one with `.git`, or else to `root`.
pub(crate) fn above(dir: &Path, root: &Path) -> Vec<PathBuf> {
    let Ok(dir) = fs::canonicalize(dir) else { return Vec::new() };
    let ancestors: Vec<&Path> = dir.ancestors().collect();
    let root = fs::canonicalize(root).ok();
    let last = ancestors
        .iter()
        .position(|above| above.join(".git").exists())
        .or_else(|| ancestors.iter().position(|above| Some(*above) == root.as_deref()));
    let above = ancestors.into_iter().take(last.map_or(0, |last| last + 1)).skip(1);
    above.map(nearby).collect()
}
