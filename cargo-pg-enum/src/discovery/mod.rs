//! Finds migrations folders: those that source and configuration files name, and those at usual places.
//!
//! Each folder keeps its origin. A name that cannot be understood becomes a note.

mod files;
mod included;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_build::scan::{NamedFolder, NamedPath, Namer};
use pg_enum_migrations::folder::Tool;

pub(crate) use self::files::other_database;
pub(crate) use self::included::included;
use crate::paths::{nearby, tidy};
use crate::text::{list, visible};

/// A folder of migrations.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Candidate {
    pub(crate) dir: PathBuf,
    /// The files that count, in their order, where not the whole folder does.
    pub(crate) files: Vec<PathBuf>,
    /// The tool, where what names the folder tells it.
    pub(crate) tool: Option<Tool>,
    /// Where it is named, as in `named by sqlx::migrate! at src/lib.rs:5`.
    pub(crate) origin: String,
    /// Whether it was found at a usual place, and nothing names it.
    pub(crate) is_usual: bool,
}

/// The origin of a folder that nothing names.
pub(crate) const A_USUAL_PLACE: &str = "a usual place";

/// Folders, and notes about the search.
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

/// Where a dump of the schema is, below a package or a repository.
const SCHEMA_FOLDERS: [&str; 7] = ["", "db", "database", "sql", "src", "src/db", "src/database"];

/// So many directories above a workspace may have its `diesel.toml`.
const ABOVE_ROOT: usize = 3;

/// The names of the PostgreSQL subfolder in a folder for several databases.
const POSTGRES: [&str; 4] = ["postgres", "postgresql", "pg", "psql"];

/// Folders that are not searched for usual places: their migrations are for tests, or they have none.
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

/// The largest file with a schema, in bytes.
pub(crate) const LONGEST: u64 = 64 << 20;

/// So many more calls are named whose folder is not known.
const PLACES: usize = 2;

/// The largest number of subfolders that are searched.
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
    let mut unknown: Vec<(Namer, Vec<String>)> = Vec::new();
    // What is included is no folder.
    for call in calls.into_iter().filter(|call| call.by != Namer::IncludeStr) {
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
                match unknown.iter_mut().find(|(by, _)| *by == call.by) {
                    Some((_, places)) => places.push(place()),
                    None => unknown.push((call.by, vec![place()])),
                }
                continue;
            }
            NamedPath::Default if tool == Some(Tool::Sqlx) && files::sqlx_names_one(package) => {
                None
            }
            NamedPath::Default => {
                bases.map(|base| base.join("migrations")).find(|dir| dir.is_dir())
            }
            NamedPath::Beside => call.file.parent().map(Path::to_owned),
            NamedPath::FromFile(path) => call.file.parent().map(|dir| dir.join(path)),
            NamedPath::Literal(path) if Path::new(path).is_absolute() => {
                let path = visible(path);
                found.notes.push(format!(
                    "{}: {what} names {path}, which is not read because the path is absolute",
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
                        .push(format!("{}: {what} names {path}, which is not a folder", place()));
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
    for (by, places) in unknown {
        let others = match &places[1..] {
            [] => String::new(),
            others => format!("; the same at {}", list(others.iter().cloned(), PLACES)),
        };
        found.notes.push(format!(
            "{}: the folder that {by} names cannot be told from the source{others}",
            places[0]
        ));
    }
    found
}

/// The usual folders of a directory.
pub(crate) fn usual(dir: &Path) -> Vec<Candidate> {
    let there = USUAL.iter().map(|usual| dir.join(usual)).filter(|path| path.is_dir());
    let candidate = |dir: PathBuf| {
        let own = POSTGRES.iter().map(|name| dir.join(name)).find(|path| path.is_dir());
        let origin = A_USUAL_PLACE.to_owned();
        Candidate { dir: own.unwrap_or(dir), files: Vec::new(), tool: None, origin, is_usual: true }
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

/// The folders below a directory that have a dump of the schema instead of migrations.
pub(crate) fn with_schema(dir: &Path) -> Vec<Candidate> {
    let folders = SCHEMA_FOLDERS.iter().map(|folder| tidy(&dir.join(folder)));
    let candidate = |dir: PathBuf| {
        let file = ["schema.sql", "structure.sql"].iter().find(|file| dir.join(file).is_file())?;
        let has_migrations = USUAL.iter().any(|usual| dir.join(usual).is_dir());
        let origin = format!("it has {file}, assumed to be the schema of the database");
        let files = Vec::new();
        (!has_migrations).then_some(Candidate { dir, files, tool: None, origin, is_usual: true })
    };
    folders.filter_map(candidate).collect()
}

/// Files with a schema that stand beside migrations, by their names.
const SCHEMAS: [&str; 3] = ["schema.sql", "structure.sql", "init.sql"];

/// Whether a path is one of such a file.
pub(crate) fn is_schema(path: &Path) -> bool {
    path.is_file() && SCHEMAS.iter().any(|name| path.file_name() == Some(name.as_ref()))
}

/// The files below a directory that have a schema, whatever else is beside them.
pub(crate) fn schemas(dir: &Path) -> Vec<Candidate> {
    let folders = SCHEMA_FOLDERS.iter().map(|folder| dir.join(folder));
    let files = folders.flat_map(|folder| SCHEMAS.map(|name| tidy(&folder.join(name))));
    let candidate = |dir: PathBuf| {
        let origin =
            "a schema beside the migrations, assumed to be what they begin with".to_owned();
        let files = vec![dir.clone()];
        Candidate { dir, files, tool: Some(Tool::Plain), origin, is_usual: true }
    };
    files.filter(|file| is_schema(file)).map(candidate).collect()
}

/// The directories above one, as far as the repository goes: to the one with `.git`. Without any, to `root`, or a little
/// above it where a `diesel.toml` is, as Diesel's program looks for that in all directories above (`find_project_root`
/// in `diesel_cli` 2.2).
pub(crate) fn above(dir: &Path, root: &Path) -> Vec<PathBuf> {
    let Ok(dir) = fs::canonicalize(dir) else { return Vec::new() };
    let ancestors: Vec<&Path> = dir.ancestors().collect();
    let root = fs::canonicalize(root).ok();
    let last = ancestors.iter().position(|above| above.join(".git").exists()).or_else(|| {
        let root = ancestors.iter().position(|above| Some(*above) == root.as_deref())?;
        let mut above = (root + 1..ancestors.len()).take(ABOVE_ROOT);
        let diesel = above.find(|index| ancestors[*index].join("diesel.toml").is_file());
        Some(diesel.unwrap_or(root))
    });
    let above = ancestors.into_iter().take(last.map_or(0, |last| last + 1)).skip(1);
    above.map(nearby).collect()
}
