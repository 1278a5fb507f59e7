//! What a migration sends in a dry run: a script, or what a revision of Alembic comes to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, HOLE, Migration, Part, Script, Source, Step};
use pg_enum_python::{Followed, Omission, Omitted, Way, asks_for_type, changes_rows_only};

use super::failure::{no_sql, refusal};
use super::refused_placeholders;
use crate::code::{Code, Revisions};
use crate::ddl;
use crate::paths::nearby;
use crate::problem::Problem;
use crate::text::{count, list, visible};

/// What a migration sends.
pub(super) enum Body {
    Script(Script),
    /// A revision, with its messages in order.
    Revision {
        source: Arc<Source>,
        sent: Vec<Sent>,
    },
}

/// A message of a revision: `op.execute` sends a string of several statements as one, which is one transaction unless there is
/// one already (`PostgreSQL` manual, 54.2.2.1, multiple statements in a simple query).
pub(super) struct Sent {
    pub(super) at: Location,
    /// The SQL, if it is not the text at the place.
    pub(super) made: Option<String>,
    /// Under which name `SQLAlchemy` remembers that it has been sent, and does not send it again in one run.
    pub(super) once: Option<String>,
}

impl Sent {
    pub(super) fn text(&self) -> &str {
        let at = || self.at.source.text.get(self.at.range.clone());
        self.made.as_deref().or_else(at).unwrap_or_default()
    }
}

/// What the pending migrations send.
pub(super) struct Bodies {
    /// Each with the index of its migration.
    pub(super) all: Vec<(usize, Body)>,
    /// What of the revisions is not run.
    pub(super) notes: Vec<String>,
}

/// Places that a note names.
const PLACES: usize = 5;

/// So many directories are looked into for `env.py`: that of the revision, and those above it.
const LEVELS: usize = 6;

impl Bodies {
    /// Reads the migrations, or returns what of them cannot be sent.
    pub(super) fn of(
        folder: &Folder,
        pending: &[usize],
        code: &Code,
    ) -> Result<Self, Vec<Problem>> {
        let (mut all, mut left, mut problems) = (Vec::new(), Left::default(), Vec::new());
        for index in pending {
            let Some(migration) = folder.migrations.get(*index) else { continue };
            let body = match (&migration.up, code) {
                (Part::Sql(script), _) => of_script(folder, script),
                (Part::Code(_), Code::Python(python)) => {
                    of_revision(folder, migration, python, &mut left)
                }
                (Part::Code(_), Code::Rust) => Err(vec![no_sql(migration)]),
            };
            match body {
                Ok(body) => all.push((*index, body)),
                Err(refused) => problems.extend(refused),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut notes = left.notes(folder);
        if matches!(code, Code::Python(_)) {
            let pending = pending.iter().filter_map(|index| folder.migrations.get(*index));
            notes.extend(of_connection(&folder.root, pending));
        }
        Ok(Self { all, notes })
    }
}

/// The places of what is not sent.
#[derive(Default)]
struct Left {
    rows: Vec<Location>,
    commits: Vec<Location>,
}

impl Left {
    fn notes(&self, folder: &Folder) -> Vec<String> {
        let all = [
            ("what these revisions do to rows is not run", &self.rows),
            ("a COMMIT of these revisions, under a condition, is not run", &self.commits),
        ];
        let note = |(what, places): (&str, &Vec<Location>)| {
            let named = places.iter().map(|at| {
                let path = folder.root.join(at.path());
                format!("{}:{}", visible(&path.to_string_lossy()), at.line())
            });
            format!("{what} at {}: {}", count(places.len(), "place"), list(named, PLACES))
        };
        all.into_iter().filter(|(_, places)| !places.is_empty()).map(note).collect()
    }
}

/// Says that `env.py` seems to change the session, which is not done here.
fn of_connection<'a>(
    root: &Path,
    pending: impl IntoIterator<Item = &'a Migration>,
) -> Option<String> {
    let above = |migration: &Migration| {
        let directory = root.join(migration.path()).parent()?.to_owned();
        Some(fs::canonicalize(&directory).unwrap_or(directory))
    };
    let directories: BTreeSet<PathBuf> = pending.into_iter().filter_map(above).collect();
    let changes = |path: &PathBuf| {
        let text = fs::read(path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).to_lowercase();
        text.contains("search_path") || text.contains("set role")
    };
    let nearest = |directory: PathBuf| {
        let mut envs = directory.ancestors().take(LEVELS).map(|above| above.join("env.py"));
        envs.find(|env| env.is_file())
    };
    let env = directories.into_iter().filter_map(nearest).find(changes)?;
    Some(format!(
        "{} contains `search_path` or `SET ROLE`: what it does to the connection is not done here",
        visible(&nearby(&env).to_string_lossy())
    ))
}

fn of_script(folder: &Folder, script: &Script) -> Result<Body, Vec<Problem>> {
    let mut problems = refused_placeholders(folder, script);
    problems.extend(script.statements().iter().filter_map(|statement| {
        let reason = ddl::unsendable(statement)?;
        Some(not_run(folder, reason, &statement.at))
    }));
    if problems.is_empty() { Ok(Body::Script(script.clone())) } else { Err(problems) }
}

fn of_revision(
    folder: &Folder,
    migration: &Migration,
    python: &Revisions,
    left: &mut Left,
) -> Result<Body, Vec<Problem>> {
    let path = migration.path();
    let unread = |why: &str| {
        let message = format!("{} cannot run here: {why}", migration.name);
        vec![Problem::at_no_place("not-rehearsed", message)]
    };
    let text =
        fs::read_to_string(folder.root.join(path)).map_err(|error| unread(&error.to_string()))?;
    let source = Arc::new(Source { path: path.to_owned(), text });
    let followed = python.followed(&folder.root, &source, Way::Up);
    let Followed { steps, omitted, .. } =
        followed.ok_or_else(|| unread("it cannot be parsed as Python"))?;
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Sql(script) => match of_script(folder, &script) {
                // The driver refuses to send nothing.
                Ok(_) if script.statements().is_empty() => {}
                Ok(_) => {
                    let at = Location::new(&script.source, script.range);
                    all.push(Sent { at, made: None, once: None });
                }
                Err(refused) => problems.extend(refused),
            },
            Step::Made { sql, .. } if asks_for_type(&sql) => {}
            Step::Made { sql, at, .. } if sql.contains(HOLE) => {
                if changes_rows_only(&sql) {
                    left.rows.push(at);
                } else {
                    let reason = "a part of the SQL that it sends is not known";
                    problems.push(not_run(folder, reason, &at));
                }
            }
            Step::Made { sql, at, once } => {
                let made = Arc::new(Source { path: path.to_owned(), text: sql });
                let script = Script { range: 0..made.text.len(), source: Arc::clone(&made) };
                match script.statements().iter().find_map(ddl::unsendable) {
                    Some(reason) => problems.push(not_run(folder, reason, &at)),
                    None => all.push(Sent { at, made: Some(made.text.clone()), once }),
                }
            }
            Step::Unknown { at, message } | Step::Unreadable { at, message } => {
                problems.push(not_run(folder, &message, &at));
            }
            Step::Tables { at } => {
                problems.push(not_run(folder, "the SQL that it sends is not known", &at));
            }
        }
    }
    for Omitted { at, what } in omitted {
        match what {
            Omission::Rows => left.rows.push(at),
            Omission::Commit => left.commits.push(at),
            Omission::Other => {
                let reason = "the condition under which it is sent is not evaluated";
                problems.push(not_run(folder, reason, &at));
            }
        }
    }
    if problems.is_empty() { Ok(Body::Revision { source, sent: all }) } else { Err(problems) }
}

fn not_run(folder: &Folder, reason: &str, at: &Location) -> Problem {
    refusal(folder, format!("this cannot run in a dry run: {reason}"), at)
}
