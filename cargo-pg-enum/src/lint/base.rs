//! `--base`: new migrations that come before one that a commit has. A database to which that commit is deployed has applied the
//! later ones already; what the tool then does about the new one is in its own file
//! (`pg-enum-migrations/src/tools`, `on_late`).

use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

use pg_enum_lint::Severity;
use pg_enum_migrations::folder::{Migration, Part, Tool};

use crate::failure::Failure;
use crate::migrations::{Replayed, first_line};
use crate::problem::{Place, Problem};
use crate::runner::{Reaction, last_in_order, late};
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
        let is_old = |migration: &Migration| files.contains(&slashed(migration.path()));
        let indices = 0..folder.migrations.len();
        let old: Vec<usize> = indices.filter(|at| is_old(&folder.migrations[*at])).collect();
        let last = last_in_order(folder, &old).and_then(|last| folder.migrations.get(last));
        let Some(last) = last else {
            return not_compared(format!("{base} has no migrations in {root}"));
        };
        let last = visible(&last.version);
        let mut problems = Vec::new();
        for index in late(folder, &old) {
            let migration = &folder.migrations[index];
            let changes_enums = replay.events.iter().any(|event| event.migration == index);
            let (severity, note) = match tool.history().on_late() {
                Reaction::Refuses => (
                    Severity::Error,
                    format!("by default, {tool} refuses to run where the later one is applied"),
                ),
                Reaction::PassesOver => (
                    Severity::Error,
                    format!("{tool} never runs it where the later one is applied"),
                ),
                Reaction::GoesOn if changes_enums => (
                    Severity::Warning,
                    format!(
                        "{tool} runs it after the later one where that is applied, but before it in a new database, so \
                         that the order of labels may differ"
                    ),
                ),
                Reaction::GoesOn => continue,
            };
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

    /// The files of the commit below a directory, relative to it.
    fn files(&self, dir: &Path) -> Result<HashSet<String>, Failure> {
        let base = visible(&self.0);
        let failed = |why: &str| Failure::new(format!("cannot list the files of {base}: {why}"));
        // Git must not take it for an option.
        if self.0.starts_with('-') {
            return Err(failed("a commit does not begin with `-`"));
        }
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
            .args(["ls-tree", "-r", "-z", "--name-only", &self.0])
            .envs([("GIT_NO_LAZY_FETCH", "1"), ("GIT_ALLOW_PROTOCOL", "")])
            .current_dir(dir)
            .output()
            .map_err(|error| failed(&format!("git does not run: {error}")))?;
        if !git.status.success() {
            let said = String::from_utf8_lossy(&git.stderr);
            let said = visible(said.lines().next().unwrap_or_default());
            return Err(failed(&said).with_help(
                "name a commit that is here, such as origin/main; in CI, fetch it first",
            ));
        }
        let names = String::from_utf8_lossy(&git.stdout).into_owned();
        Ok(names.split('\0').map(str::to_owned).collect())
    }
}
