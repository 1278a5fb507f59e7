//! `assume` in the configuration: the effect of statements that replay cannot know.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use pg_enum_core::record::Origin;
use pg_enum_migrations::folder::Migration;
use pg_enum_migrations::{Finding, Kind, Options};

use crate::migrations::Replayed;
use crate::problem::Problem;
use crate::text::{slashed, visible};

/// What the statement at a place comes to, where replay cannot know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Assumption {
    file: PathBuf,
    line: usize,
    sql: String,
}

impl Assumption {
    /// From a place, as in `0007_x.sql:12`, and the SQL.
    pub(crate) fn new(place: &str, sql: &str) -> Result<Self, String> {
        let shown = visible(place);
        let line = place.rsplit_once(':').and_then(|(file, line)| {
            let line = line.parse().ok().filter(|line| *line > 0)?;
            Some((file, line))
        });
        let Some((file, line)) = line else {
            return Err(format!("wrong: `{shown}` has no line"));
        };
        if file.is_empty() {
            return Err(format!("wrong: `{shown}` has no file"));
        }
        if sql.trim().is_empty() {
            return Err(format!("wrong: there is no SQL for `{shown}`"));
        }
        Ok(Self { file: file.into(), line, sql: sql.to_owned() })
    }

    /// The place and the SQL, as a record has them.
    pub(crate) fn recorded(&self) -> (Origin, String) {
        (Origin { file: slashed(&self.file), line: self.line }, self.sql.clone())
    }

    /// Whether it is about a file of one of these migrations.
    pub(crate) fn is_of(&self, migrations: &[Migration]) -> bool {
        migrations.iter().any(|migration| self.file.ends_with(migration.path()))
    }

    /// How to replay with it.
    pub(crate) fn add_to(&self, options: Options) -> Options {
        options.assume(&self.file, self.line, &self.sql)
    }
}

/// The entries that none of these folders needs. An entry is about every folder that has its file. Where another folder
/// may have been needed, which was not read, nothing is said about an entry whose file no folder has.
pub(crate) fn idle(folders: &[&Replayed], are_all_read: bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut said = HashSet::new();
    for replayed in folders {
        for finding in idle_in(replayed) {
            let path = finding.at.path();
            let with_file = folders.iter().filter(|folder| has_file(folder, path));
            let is_idle = if has_file(replayed, path) {
                with_file.into_iter().all(|folder| idle_in(folder).any(|it| it.at.path() == path))
            } else {
                are_all_read && with_file.count() == 0 && said.insert(&finding.message)
            };
            if is_idle {
                problems.push(Problem::of_finding(finding, &replayed.folder.root));
            }
        }
    }
    problems
}

fn idle_in(replayed: &Replayed) -> impl Iterator<Item = &Finding> {
    replayed.replay.findings.iter().filter(|finding| finding.kind == Kind::Assumption)
}

/// Whether the file is a migration of the folder. The path of an entry may begin above the folder.
fn has_file(replayed: &Replayed, path: &Path) -> bool {
    replayed.folder.migrations.iter().any(|migration| path.ends_with(migration.path()))
}
