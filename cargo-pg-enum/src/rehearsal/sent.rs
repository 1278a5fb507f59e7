//! What a migration sends in a dry run: a script, or what a revision of Alembic comes to.

use std::fs;
use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::{Folder, HOLE, Migration, Part, Script, Source, Step};
use pg_enum_python::{Followed, Way};

use super::failure::{no_sql, refusal};
use super::refused_placeholders;
use crate::code::{Code, Revisions};
use crate::ddl;
use crate::problem::Problem;
use crate::text::{count, list, visible};

/// What a migration sends.
pub(super) enum Body {
    Script(Script),
    /// A revision, with its statements in order.
    Revision {
        source: Arc<Source>,
        sent: Vec<Sent>,
    },
}

/// A statement of a revision.
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
    /// What a revision does to rows is not all run.
    pub(super) note: Option<String>,
}

/// Places that the note names.
const PLACES: usize = 5;

impl Bodies {
    /// Reads the migrations, or returns what of them cannot be sent.
    pub(super) fn of(folder: &Folder, pending: &[usize]) -> Result<Self, Vec<Problem>> {
        let code = Code::of(folder);
        let (mut all, mut rows, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for index in pending {
            let Some(migration) = folder.migrations.get(*index) else { continue };
            let body = match (&migration.up, &code) {
                (Part::Sql(script), _) => of_script(folder, script),
                (Part::Code(_), Code::Python(python)) => {
                    of_revision(folder, migration, python, &mut rows)
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
        let note = (!rows.is_empty()).then(|| {
            let places = rows.iter().map(|at: &Location| {
                let path = folder.root.join(at.path());
                format!("{}:{}", visible(&path.to_string_lossy()), at.line())
            });
            format!(
                "what these revisions do to rows is not run at {}: {}",
                count(rows.len(), "place"),
                list(places, PLACES)
            )
        });
        Ok(Self { all, note })
    }
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
    rows: &mut Vec<Location>,
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
    let Followed { steps, rows: of_revision, .. } =
        followed.ok_or_else(|| unread("it cannot be parsed as Python"))?;
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    for step in steps {
        match step {
            Step::Sql(script) => match of_script(folder, &script) {
                Ok(_) => all.extend(script.statements().into_iter().map(|statement| Sent {
                    at: statement.at,
                    made: None,
                    once: None,
                })),
                Err(refused) => problems.extend(refused),
            },
            Step::Made { sql, at, .. } if sql.contains(HOLE) => {
                problems.push(not_run(folder, "a part of the SQL that it sends is not known", &at));
            }
            Step::Made { sql, at, once } => {
                let made = Arc::new(Source { path: path.to_owned(), text: sql });
                let script = Script { range: 0..made.text.len(), source: made };
                for statement in script.statements() {
                    match ddl::unsendable(&statement) {
                        Some(reason) => problems.push(not_run(folder, reason, &at)),
                        None => all.push(Sent {
                            at: at.clone(),
                            made: Some(statement.text().to_owned()),
                            once: once.clone(),
                        }),
                    }
                }
            }
            Step::Unknown { at, message } => problems.push(not_run(folder, &message, &at)),
            Step::Tables { at } => {
                problems.push(not_run(folder, "the SQL that it sends is not known", &at));
            }
        }
    }
    rows.extend(of_revision);
    if problems.is_empty() { Ok(Body::Revision { source, sent: all }) } else { Err(problems) }
}

fn not_run(folder: &Folder, reason: &str, at: &Location) -> Problem {
    refusal(folder, format!("this cannot run in a dry run: {reason}"), at)
}
