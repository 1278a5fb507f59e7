//! Migrations in another language than SQL.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::options::ReadCode;
use super::prepared::{Prepared, Reading};
use crate::folder::{Between, Running};
use crate::ground::{Location, Source, Step};
use crate::text::directive::{DIRECTIVE, assumption};

/// What such a migration does.
pub(super) struct Code {
    pub(super) source: Arc<Source>,
    pub(super) steps: Vec<CodeStep>,
}

pub(super) enum CodeStep {
    /// SQL, with the name under which one run sends it once.
    Script(Prepared<'static>, Option<String>),
    Unknown {
        at: Location,
        message: String,
    },
    /// It is not its language.
    Unreadable {
        at: Location,
        message: String,
    },
    /// It changes tables, and how is not told.
    Tables(Location),
    /// All of it, which no reader understands; the place is its first line.
    NotRead(Location),
    /// A comment that says what the migration does.
    Directive(Range<usize>),
}

impl Code {
    /// What it does on its way up.
    pub(super) fn read(root: &Path, path: &Path, reading: Reading, read: &ReadCode) -> Self {
        let source = source(root, path);
        let mut steps = directives(&source.text);
        if steps.is_empty() {
            steps = read_steps(root, &source, reading, read);
        }
        Self { source, steps }
    }

    /// What it does on its way down. What comments say is about the way up.
    pub(super) fn read_down(root: &Path, path: &Path, reading: Reading, read: &ReadCode) -> Self {
        let source = source(root, path);
        let steps = read_steps(root, &source, reading, read);
        Self { source, steps }
    }

    /// The SQL in it.
    pub(super) fn scripts(&self) -> impl Iterator<Item = &Prepared<'static>> {
        self.steps.iter().filter_map(|step| match step {
            CodeStep::Script(script, _) => Some(script),
            CodeStep::Unknown { .. }
            | CodeStep::Unreadable { .. }
            | CodeStep::Tables(_)
            | CodeStep::NotRead(_)
            | CodeStep::Directive(_) => None,
        })
    }
}

fn source(root: &Path, path: &Path) -> Arc<Source> {
    let text = fs::read_to_string(root.join(path)).unwrap_or_default();
    Arc::new(Source { path: path.to_owned(), text })
}

fn read_steps(
    root: &Path,
    source: &Arc<Source>,
    reading: Reading,
    read: &ReadCode,
) -> Vec<CodeStep> {
    let Some(read) = (read.0)(root, source) else {
        let end = source.text.lines().next().map_or(0, str::len);
        return vec![CodeStep::NotRead(Location::new(source, 0..end))];
    };
    let mut steps = Vec::with_capacity(read.len());
    for step in read {
        steps.push(prepared(step, reading));
    }
    steps
}

fn prepared(step: Step, reading: Reading) -> CodeStep {
    // What sends it is no psql, whatever runs the files beside it.
    let running = Running { between: Between::Kept, ..reading.running };
    let reading = Reading { running, ..reading };
    match step {
        Step::Sql(script) => CodeStep::Script(Prepared::owned(script, reading), None),
        Step::Made { sql, at, once } => CodeStep::Script(Prepared::made(sql, &at, reading), once),
        Step::Unknown { at, message } => CodeStep::Unknown { at, message },
        Step::Unreadable { at, message } => CodeStep::Unreadable { at, message },
        Step::Tables { at } => CodeStep::Tables(at),
    }
}

/// The lines that say what the migration does.
fn directives(text: &str) -> Vec<CodeStep> {
    let mut directives = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains(DIRECTIVE) && assumption(line).is_some() {
            directives.push(CodeStep::Directive(start..start + line.trim_end().len()));
        }
        start += line.len();
    }
    directives
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;
    use crate::folder::{Migration, Part, Tool, Transaction};
    use crate::{Folder, Replay};

    /// Migrations of these names, in one of which a library makes SQL, once in a run if it has a name for that.
    fn replayed(tool: Tool, steps: &'static [(&str, &str, Option<&str>)]) -> Replay {
        let migration = |&(name, ..): &(&str, &str, Option<&str>)| Migration {
            version: name.to_owned(),
            name: name.to_owned(),
            up: Part::Code(name.into()),
            down: None,
            transaction: Transaction::Explicit,
        };
        let folder = Folder::new("gone", tool, steps.iter().map(migration).collect());
        let read = |_: &Path, source: &Arc<Source>| {
            let of = |&&(name, ..): &&(&str, &str, Option<&str>)| source.path == Path::new(name);
            let (_, sql, once) = *steps.iter().find(of)?;
            let at = Location::new(source, 0..0);
            Some(vec![Step::Made { sql: sql.to_owned(), at, once: once.map(str::to_owned) }])
        };
        Options::new().read_code(read).replay(&folder).expect("all of them")
    }

    fn found(replay: &Replay) -> Vec<String> {
        let labels = replay.enums.iter().map(|it| format!("{} {}", it.name, it.labels.len()));
        let findings = replay.findings.iter().map(|it| format!("{}: {}", it.at, it.message));
        labels.chain(findings).collect()
    }

    #[test]
    fn what_a_call_makes() {
        let replay = replayed(
            Tool::Alembic,
            &[
                ("1", "CREATE TYPE a AS ENUM ('x'); CREATE TYPE b AS ENUM ('y')", None),
                ("2", "ALTER TYPE b ADD VALUE 'z'; ALTER TYPE c ADD VALUE 'z'", None),
            ],
        );
        assert_eq!(found(&replay), ["a 1", "b 1", "2:1: type \"c\" does not exist"]);
    }

    #[test]
    fn what_is_sent_once_in_a_run() {
        let replay = replayed(
            Tool::Alembic,
            &[
                ("1", "CREATE TYPE a AS ENUM ('x')", Some("a")),
                ("2", "CREATE TYPE a AS ENUM ('x', 'y')", Some("a")),
                ("3", "CREATE TYPE b AS ENUM ('y')", Some("b")),
            ],
        );
        // All in one run, as on an empty database; and what fails where each has a run of its own.
        assert_eq!(found(&replay), ["a 1", "b 1", "2:1: type \"a\" already exists"]);
    }

    #[test]
    fn what_has_been_dropped_since() {
        let replay = replayed(
            Tool::Alembic,
            &[
                ("1", "CREATE TYPE public.a AS ENUM ('x')", Some("a")),
                ("2", "DROP TYPE a", None),
                ("3", "CREATE TYPE public.a AS ENUM ('x')", Some("a")),
            ],
        );
        // It is what separate runs make of it.
        assert_eq!(found(&replay), ["a 1", "3:1: type \"public.a\" does not exist"]);
        let help = replay.findings[0].help.as_deref().unwrap_or_default();
        assert!(help.contains("creates a type of a name once"), "{help}");
    }
}
