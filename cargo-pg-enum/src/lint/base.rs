//! `--base`: new migrations that come before one that a commit has. A database to which that commit is deployed has applied the
//! later ones already; what the tool then does about the new one is in its own file
//! (`pg-enum-migrations/src/tools`, `on_late`).

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Seek as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

use pg_enum_lint::Severity;
use pg_enum_migrations::Folder;
use pg_enum_migrations::folder::{Migration, Part, Tool};

use crate::failure::Failure;
use crate::migrations::{Replayed, first_line};
use crate::problem::{Place, Problem};
use crate::runner::{Record, last_in_order, late, on_late};
use crate::text::{slashed, visible};

/// What git sets for its hooks. The repository is that of the folder, and not the one whose hook runs this.
const OF_REPOSITORY: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CEILING_DIRECTORIES",
];

/// A commit, as git's command line names it.
#[derive(Debug, Clone)]
pub(crate) struct Base(String);

/// What is found against it.
#[derive(Default)]
pub(super) struct Late {
    pub(super) problems: Vec<Problem>,
    /// Why nothing is compared.
    pub(super) note: Option<String>,
}

/// For clap.
impl From<String> for Base {
    fn from(revision: String) -> Self {
        Self(revision)
    }
}

impl Base {
    /// The migrations of a folder that are not in the commit and come before one that is.
    ///
    /// # Errors
    ///
    /// If git cannot be run, or does not know the commit.
    pub(super) fn late(&self, replayed: &Replayed) -> Result<Late, Failure> {
        let Replayed { folder, replay, .. } = replayed;
        let (base, tool) = (visible(&self.0), folder.tool);
        let root = visible(&folder.root.to_string_lossy());
        let not_compared = |note| Ok(Late { note: Some(note), ..Late::default() });
        if tool == Tool::Alembic {
            // A revision says which one it follows, so that its place in the order is the graph's.
            return not_compared(format!(
                "{root} is not compared with {base}: `down_revision` orders the migrations of {tool}"
            ));
        }
        let files = self.files(&folder.root)?;
        // The order is that of the folder with the migrations that the commit alone has: they come later where the
        // commit has gone on since the branch was cut.
        let both = self.with_missing(folder, &files)?;
        let is_there = |migration: &Migration| files.contains_key(&slashed(migration.path()));
        let known: Vec<Record> = both
            .migrations
            .iter()
            .filter(|migration| is_there(migration))
            .map(|migration| Record::applied(&*migration.version, None))
            .collect();
        // A file may have another name in the commit, and the same version.
        let rules = tool.history();
        let is_old = |migration: &Migration| {
            is_there(migration) || known.iter().any(|record| rules.is(record, migration))
        };
        let indices = 0..both.migrations.len();
        let old: Vec<usize> = indices.filter(|at| is_old(&both.migrations[*at])).collect();
        let last = last_in_order(&both, &old).and_then(|last| both.migrations.get(last));
        let Some(last) = last else {
            return not_compared(format!("{base} has no migrations in {root}"));
        };
        let last = visible(&last.version);
        let mut problems = Vec::new();
        for index in late(&both, &old) {
            let migration = &both.migrations[index];
            let is_it = |other: &Migration| {
                other.version == migration.version && other.path() == migration.path()
            };
            let changes_enums =
                replay.events.iter().any(|event| is_it(&folder.migrations[event.migration]));
            let (severity, note) = on_late(tool, changes_enums);
            if severity == Severity::Note {
                continue;
            }
            let version = visible(&migration.version);
            let message =
                format!("migration {version} is not in {base}, and comes before {last}, which is");
            let mut problem = match &migration.up {
                Part::Sql(script) => {
                    let place = Place::new(&folder.root, &first_line(script), "");
                    Problem::new("out-of-order", message, place)
                }
                Part::Code(_) => Problem::at_no_place("out-of-order", message),
            };
            problem.severity = severity;
            problem.notes.push(note);
            problem.help = Some(format!("give it a version after {last}"));
            problems.push(problem);
        }
        Ok(Late { problems, note: None })
    }

    /// The folder with the migrations of the commit that are not in it.
    fn with_missing(
        &self,
        folder: &Folder,
        files: &BTreeMap<String, String>,
    ) -> Result<Folder, Failure> {
        let extensions: HashSet<_> =
            folder.migrations.iter().map(|migration| migration.path().extension()).collect();
        let is_missing = |path: &Path| {
            let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
            is_below && extensions.contains(&path.extension()) && !folder.root.join(path).exists()
        };
        let (paths, objects): (Vec<PathBuf>, Vec<&str>) = files
            .iter()
            .map(|(path, object)| (PathBuf::from(path), &**object))
            .filter(|(path, _)| is_missing(path))
            .unzip();
        if paths.is_empty() {
            return Ok(folder.clone());
        }
        let texts = self.texts(&folder.root, &objects)?;
        Folder::open_with(&folder.root, folder.tool, paths.into_iter().zip(texts))
            .map_err(|error| self.failed(&error.to_string()))
    }

    /// The contents of objects.
    fn texts(&self, dir: &Path, objects: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
        let failed = |error: io::Error| self.failed(&error.to_string());
        // A file, and no pipe, which git would stop to read while its output is not read.
        let mut asked = tempfile::tempfile().map_err(failed)?;
        asked.write_all(objects.join("\n").as_bytes()).map_err(failed)?;
        asked.rewind().map_err(failed)?;
        let said = self.git(dir, &["cat-file", "--batch"], asked.into())?;
        let mut rest = &said[..];
        let mut next = || {
            // `<object> blob <size>`, a line feed, the content, a line feed
            let end = rest.iter().position(|byte| *byte == b'\n')?;
            let head = str::from_utf8(&rest[..end]).ok()?;
            let size: usize = head.rsplit_once(' ')?.1.parse().ok()?;
            let start = end + 1;
            let text = rest.get(start..start.checked_add(size)?)?;
            rest = rest.get(start + size + 1..)?;
            Some(text.to_vec())
        };
        let texts: Option<Vec<_>> = objects.iter().map(|_| next()).collect();
        texts.ok_or_else(|| self.failed("an object is missing: fetch the whole commit first"))
    }

    /// The files of the commit below a directory, relative to it, each with its object.
    fn files(&self, dir: &Path) -> Result<BTreeMap<String, String>, Failure> {
        // Git must not take it for an option.
        if self.0.starts_with('-') {
            return Err(self.failed("a commit does not begin with `-`"));
        }
        let said = self.git(dir, &["ls-tree", "-r", "-z", &self.0], Stdio::null())?;
        let said = String::from_utf8_lossy(&said);
        // `<mode> <type> <object>`, a tab, the path
        let file = |line: &str| {
            let (head, path) = line.split_once('\t')?;
            let mut words = head.split(' ');
            let object = (words.nth(1)? == "blob").then(|| words.next()).flatten()?;
            Some((path.to_owned(), object.to_owned()))
        };
        Ok(said.split('\0').filter_map(file).collect())
    }

    fn failed(&self, why: &str) -> Failure {
        Failure::new(format!("cannot list the files of {}: {why}", visible(&self.0)))
    }

    /// What git says about the repository of a directory.
    fn git(&self, dir: &Path, args: &[&str], input: Stdio) -> Result<Vec<u8>, Failure> {
        let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
        let mut git = Command::new("git");
        for variable in OF_REPOSITORY {
            git.env_remove(variable);
        }
        // A repository's own configuration can name a program that fetches what is missing. Git before 2.45 does not know
        // `GIT_NO_LAZY_FETCH`, and `protocol.<name>.allow` in the configuration goes before `protocol.allow`, but not
        // before `GIT_ALLOW_PROTOCOL` (git `transport.c`, `is_transport_allowed`).
        let git = git
            .args(["-c", "core.fsmonitor=false", "-c", "protocol.allow=never"])
            .args(args)
            .stdin(input)
            .envs([("GIT_NO_LAZY_FETCH", "1"), ("GIT_ALLOW_PROTOCOL", "")])
            .current_dir(dir)
            .output()
            .map_err(|error| self.failed(&format!("git does not run: {error}")))?;
        if !git.status.success() {
            let said = String::from_utf8_lossy(&git.stderr);
            let said = visible(said.lines().next().unwrap_or_default());
            return Err(self.failed(&said).with_help(
                "name a commit that is here, such as origin/main; in CI, fetch it first",
            ));
        }
        Ok(git.stdout)
    }
}
