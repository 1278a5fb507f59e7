//! graphile-migrate: `committed/<number>.sql` and `current.sql`.
//!
//! The rules are those of graphile/migrate: `src/migration.ts` (`getAllMigrations`: the files of `committed`, in the
//! order of their numbers, each with a header of `--! Previous:` and `--! Hash:` and an empty line; `runStringMigration`:
//! one string inside a transaction, unless the first line of the body is `--! no-transaction`), `src/header.ts`,
//! `src/migrationFilename.ts` (`<number>[-<message>].sql`) and `src/current.ts`: what is not committed yet is
//! `current.sql`, or the files of `current` in the order of their numbers, joined. It runs again whenever it changes, so
//! it comes last.
//!
//! The history's table is `graphile_migrate.migrations`. A migration's hashes are those of all before it, and only
//! `graphile-migrate commit` writes them; its rows as well.

#[cfg(feature = "history")]
use std::path::Path;
use std::sync::Arc;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::order::Digits;
use crate::files::{Body, Entry, FolderError, Found, Loaded, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record};

/// The directory with the migrations that do not change any more.
const COMMITTED: &str = "committed";

/// The file, and the directory in its stead, with what is not committed yet.
const CURRENT_FILE: &str = "current.sql";
const CURRENT: &str = "current";

/// How a migration begins that has been committed.
const PREVIOUS: &str = "--! Previous: ";

/// The tool.
pub(super) struct GraphileMigrate;

impl Rules for GraphileMigrate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let committed = seen.directories.iter().any(|entry| entry.name == COMMITTED);
        if committed
            && (seen.has(CURRENT_FILE) || seen.directories.iter().any(|it| it.name == CURRENT))
        {
            return Some(Sign::file(format!("{COMMITTED} beside {CURRENT_FILE}")));
        }
        let mut below: Vec<&Entry> = seen.below().iter().collect();
        below.retain(|entry| entry.path.starts_with(COMMITTED));
        let marks = |text: &String| text.starts_with(PREVIOUS);
        let marked =
            seen.heads().iter().any(marks) || committed && seen.heads_of(&below).iter().any(marks);
        marked.then(|| Sign::new(Rank::File, "`--! Previous:`"))
    }

    fn takes(&self) -> &'static str {
        "`committed/<number>.sql` and `current.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let entries = reader.entries();
        let named = |name: &str| entries.iter().find(|entry| entry.name == name);
        // The folder may be the one with the committed migrations itself.
        let committed = match named(COMMITTED) {
            Some(directory) if directory.directory => reader.list(&directory.path)?,
            _ => {
                let mut others = entries.clone();
                others.retain(|entry| entry.name != CURRENT_FILE);
                others
            }
        };
        let current = match (named(CURRENT_FILE), named(CURRENT)) {
            (Some(file), _) if !file.directory => vec![file.clone()],
            (_, Some(directory)) if directory.directory => reader.list(&directory.path)?,
            _ => Vec::new(),
        };
        let mut migrations = Vec::new();
        for loaded in reader.load(Tool::GraphileMigrate, numbered(committed), Vec::new())? {
            let Body::Sql(source) = &loaded.up else { continue };
            let source = Arc::clone(source);
            if !source.text.starts_with(PREVIOUS) {
                let finding = unreadable(
                    &source,
                    0,
                    "graphile-migrate refuses a committed migration without `--! Previous:`",
                );
                reader.findings.push(finding.with_help("let `graphile-migrate commit` write it"));
            }
            let body = body(&source.text);
            migrations.push(migration(loaded, &source, body));
        }
        let mut found = Vec::new();
        if current.iter().any(|entry| entry.name == CURRENT_FILE) {
            for entry in current {
                found.push(Found::sql(None, CURRENT, entry));
            }
        } else {
            found = numbered(current);
        }
        for mut loaded in reader.load(Tool::GraphileMigrate, found, Vec::new())? {
            let Body::Sql(source) = &loaded.up else { continue };
            let source = Arc::clone(source);
            CURRENT.clone_into(&mut loaded.version);
            migrations.push(migration(loaded, &source, 0));
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running::each(
            Transaction::Explicit,
            Outside::Asked("begin the migration with the line `--! no-transaction`"),
        )
    }

    fn is_repeatable(&self, migration: &Migration) -> bool {
        migration.version == CURRENT
    }
}

/// Files of the tool's names, with their numbers.
fn numbered(entries: Vec<Entry>) -> Vec<Found<Option<Digits>>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let mut found = Vec::new();
    for entry in entries {
        let Some(stem) = entry.name.strip_suffix(".sql") else { continue };
        let (number, message) = stem.split_once('-').unwrap_or((stem, ""));
        if let Some(key) = Digits::parse(number)
            && !entry.directory
            && message.chars().all(is_word)
        {
            found.push(Found::sql(Some(key), number.to_owned(), entry));
        }
    }
    found
}

/// Where the header ends: behind the first empty line.
fn body(text: &str) -> usize {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        end += line.len();
        if line.trim().is_empty() {
            return end;
        }
        if !line.starts_with("--!") {
            break;
        }
    }
    0
}

fn migration(loaded: Loaded, source: &Arc<Source>, start: usize) -> Migration {
    let first = source.text.get(start..).and_then(|body| body.lines().next()).unwrap_or_default();
    let option = first.strip_prefix("--!").map(str::trim_start);
    // The option is a word of its own.
    let is_without = option
        .and_then(|option| option.strip_prefix("no-transaction"))
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'));
    let transaction = if is_without { Transaction::Implicit } else { Transaction::Explicit };
    loaded.parts(source, start..source.text.len(), None, transaction)
}

#[cfg(feature = "write")]
impl Writer for GraphileMigrate {
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let current = slate.root.join(CURRENT_FILE);
        let place = if current.is_file() { CURRENT_FILE } else { "the migration that is current" };
        let how = format!(
            "`graphile-migrate commit` writes a migration, with hashes of all earlier ones; put this into {place} instead:\n{}",
            draft.up.trim_end()
        );
        Err(WriteError::ByTool { tool: Tool::GraphileMigrate, how })
    }
}

#[cfg(feature = "history")]
impl History for GraphileMigrate {
    fn table(&self) -> Option<&'static str> {
        Some("migrations")
    }

    fn schema(&self) -> Option<&'static str> {
        Some("graphile_migrate")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["filename"]
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        let name = Path::new(&migration.name).file_name();
        name.is_some_and(|name| name == record.version.as_str()) && migration.version != CURRENT
    }

    /// What comes before the last that has been applied is never looked at (`getMigrationsAfter`).
    fn on_late(&self) -> Reaction {
        Reaction::PassesOver
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open, steps, written};

    const FIRST: &str = "--! Previous: -\n--! Hash: sha1:1\n\na;\n";

    #[test]
    fn committed_and_current() {
        let folder = open(&[
            ("committed/000001.sql", FIRST),
            (
                "committed/000002-why.sql",
                "--! Previous: sha1:1\n--! Hash: sha1:2\n--! Message: why\n\n--! no-transaction\nb;\n",
            ),
            ("current.sql", "-- Enter migration here\nc;"),
            ("notes.md", ""),
        ]);
        assert_eq!(folder.tool, Tool::GraphileMigrate);
        assert_eq!(
            steps(&folder),
            [
                "000001 Explicit: a;",
                "000002 Implicit: --! no-transaction\nb;",
                "current Explicit: -- Enter migration here\nc;",
            ]
        );
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn a_directory_of_current_files() {
        let folder = open(&[
            ("committed/000001.sql", FIRST),
            ("current/2.sql", "c;"),
            ("current/10-x.sql", "d;"),
        ]);
        assert_eq!(
            steps(&folder),
            ["000001 Explicit: a;", "current Explicit: c;", "current Explicit: d;"]
        );
    }

    #[test]
    fn the_committed_ones_alone() {
        let folder = open(&[("000001.sql", FIRST), ("000002.sql", "b;")]);
        assert_eq!(folder.tool, Tool::GraphileMigrate);
        assert_eq!(steps(&folder), ["000001 Explicit: a;", "000002 Explicit: b;"]);
        assert_eq!(
            findings(&folder),
            [
                "000002.sql:1: graphile-migrate refuses a committed migration without `--! Previous:`"
            ]
        );
    }

    #[test]
    fn nothing_is_written() {
        let refused =
            written(Tool::GraphileMigrate, &[("committed/000001.sql", FIRST), ("current.sql", "")]);
        assert!(refused[0].contains("put this into current.sql instead:\nup;"), "{refused:?}");
    }
}
