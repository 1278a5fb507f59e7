//! Atlas: `<version>_<name>.sql` beside `atlas.sum`.
//!
//! The rules are those of ariga/atlas, `sql/migrate/dir.go`: `LocalDir.Files` (every `.sql` of the folder itself, in the
//! order of their names; the version is what stands before the first underscore) and `FilesFromLastCheckpoint`: an empty
//! database gets the files from the last one with the directive `-- atlas:checkpoint` on. Directives stand at the top of
//! a file, above an empty line (`LocalFile.comments`). A file runs statement by statement in a transaction of its own,
//! which is the default of `--tx-mode`, and without one where it has `-- atlas:txmode none` (documentation,
//! "Transaction Configuration"). With `-- atlas:txtar`, a file is an archive of texts between lines such as
//! `-- migration.sql --` and `-- down.sql --` (documentation, "Pre-planned Down Migrations").
//!
//! Files of another tool's names (`.up.sql`, `V1__x.sql`, `-- +goose Up`) beside an `atlas.sum` are those of the tool
//! whose format the folder has. What Atlas records is not read.

use std::ops::Range;
use std::sync::Arc;

use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, number::First};
use crate::files::{Body, FolderError, Found, Loaded, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The list of all files with their hashes.
const SUM: &str = "atlas.sum";

/// The tool.
pub(super) struct Atlas;

impl Rules for Atlas {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let foreign = |name: &str| {
            name.ends_with(".down.sql")
                || name.starts_with(['V', 'U', 'R', 'B']) && name.contains("__")
        };
        let marks = ["-- +goose", "-- migrate:up", "-- +migrate", "--changeset"];
        if seen.sql().iter().any(|entry| foreign(&entry.name))
            || seen.heads().iter().any(|text| marks.iter().any(|mark| text.contains(mark)))
        {
            return None;
        }
        if seen.has(SUM) {
            return Some(Sign::file(SUM));
        }
        let marked = seen.heads().iter().any(|text| !directives(text).is_empty());
        marked.then(|| Sign::new(Rank::Marks, "`-- atlas:`"))
    }

    fn takes(&self) -> &'static str {
        "every `.sql` in the folder itself, from the last checkpoint on"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files_of_sql() {
            let stem = entry.name.strip_suffix(".sql").unwrap_or(&entry.name);
            let version = stem.split('_').next().unwrap_or(stem).to_owned();
            found.push(Found::sql(entry.name.clone(), version, entry));
        }
        let mut loaded = reader.load(Tool::Atlas, found, Vec::new())?;
        let is_checkpoint = |loaded: &Loaded| match &loaded.up {
            Body::Sql(source) => has(&source.text, "checkpoint"),
            Body::Code(_) => false,
        };
        if let Some(first) = loaded.iter().rposition(is_checkpoint) {
            loaded.drain(..first);
        }
        let mut migrations = Vec::with_capacity(loaded.len());
        for loaded in loaded {
            let Body::Sql(source) = &loaded.up else { continue };
            let source = Arc::clone(source);
            let (up, down) = if has(&source.text, "txtar") {
                let Some(up) = member(&source.text, "migration.sql") else {
                    reader.findings.push(no_member(&source));
                    continue;
                };
                (up, member(&source.text, "down.sql"))
            } else {
                (0..source.text.len(), None)
            };
            let text = source.text.get(up.clone()).unwrap_or_default();
            let is_without = [&source.text, text]
                .iter()
                .any(|text| directives(text.trim_start()).contains(&"txmode none"));
            let transaction =
                if is_without { Transaction::PerStatement } else { Transaction::Explicit };
            migrations.push(loaded.parts(&source, up, down, transaction));
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            choices: Around::ALL,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("begin the file with `-- atlas:txmode none` and an empty line"),
            )
        }
    }
}

fn no_member(source: &Arc<Source>) -> crate::ground::Finding {
    unreadable(source, 0, "the archive has no `-- migration.sql --`")
        .with_help("write the line above the statements that go up")
}

/// The directives at the top of a file, without what stands before them.
fn directives(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            break;
        }
        let Some(comment) = line.strip_prefix("--").or_else(|| line.strip_prefix('#')) else {
            break;
        };
        found.extend(comment.trim().strip_prefix("atlas:").map(str::trim));
    }
    found
}

fn has(text: &str, name: &str) -> bool {
    directives(text).iter().any(|line| line.split_whitespace().next() == Some(name))
}

/// The text of an archive's member.
fn member(text: &str, name: &str) -> Option<Range<usize>> {
    let mut found: Option<Range<usize>> = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(other) = line.trim_end().strip_prefix("-- ").and_then(|it| it.strip_suffix(" --"))
        else {
            continue;
        };
        match &mut found {
            Some(range) => {
                range.end = start;
                return found;
            }
            None if other.trim() == name => found = Some(end..text.len()),
            None => {}
        }
    }
    found
}

#[cfg(feature = "write")]
impl Writer for Atlas {
    /// As `atlas migrate new` (`sql/migrate/dir.go`, `DefaultFormatter`): the time. There is no way down, except in
    /// an archive.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            vec![format!("{version}_{slug}.sql").into()]
        })?;
        let up = ended(&draft.up);
        let files = paths.into_iter().map(|path| NewFile::new(path, up.as_str())).collect();
        Ok(Prepared { version, files, up, down: None })
    }

    fn left_out(&self) -> Option<&'static str> {
        Some("`atlas.sum` is left as it is: `atlas migrate hash` brings it up to date")
    }
}

/// What it records is not read.
#[cfg(feature = "history")]
impl History for Atlas {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{detected, findings, names, open, open_as, steps, written};

    #[test]
    fn a_file_has_a_transaction_unless_it_says_otherwise() {
        let folder = open(&[
            ("atlas.sum", "h1:x=\n"),
            ("2_b.sql", "-- atlas:txmode none\n\nb;"),
            ("1_a.sql", "a;"),
            ("3.sql", "-- atlas:txmode file\n\nc;\n-- atlas:txmode none"),
        ]);
        assert_eq!((folder.tool, &folder.assumed), (Tool::Atlas, &None));
        let transactions: Vec<_> =
            folder.migrations.iter().map(|it| (it.version.as_str(), it.transaction)).collect();
        assert_eq!(
            transactions,
            [
                ("1", Transaction::Explicit),
                ("2", Transaction::PerStatement),
                ("3", Transaction::Explicit)
            ]
        );
    }

    #[test]
    fn archives() {
        let folder = open_as(
            Tool::Atlas,
            &[
                (
                    "1.sql",
                    "-- atlas:txtar\n\n-- checks.sql --\nSELECT 1;\n-- migration.sql --\na;\n\n-- down.sql --\nb;\n",
                ),
                ("2.sql", "-- atlas:txtar\n\n-- checks.sql --\nSELECT 1;\n"),
                ("3.sql", "-- atlas:txtar\n\n-- migration.sql --\n-- atlas:txmode none\n\nc;\n"),
            ],
        );
        assert_eq!(
            steps(&folder),
            ["1 Explicit: a; / b;", "3 PerStatement: -- atlas:txmode none\n\nc;"]
        );
        assert_eq!(findings(&folder), ["2.sql:1: the archive has no `-- migration.sql --`"]);
    }

    #[test]
    fn the_last_checkpoint_begins() {
        let folder = open(&[
            ("atlas.sum", ""),
            ("1_a.sql", "a;"),
            ("2_checkpoint.sql", "-- atlas:checkpoint\n\nb;"),
            ("3_c.sql", "c;"),
        ]);
        assert_eq!(names(&folder), ["2_checkpoint.sql", "3_c.sql"]);
        assert!(folder.passed_over.is_empty());
    }

    #[test]
    fn another_tools_format() {
        let both = [("atlas.sum", ""), ("1_a.up.sql", ""), ("1_a.down.sql", "")];
        assert_eq!(detected(&both), "golang-migrate");
        assert_eq!(detected(&[("atlas.sum", ""), ("1_a.sql", "-- +goose Up\n")]), "goose");
        assert_eq!(detected(&[("1_a.sql", "-- atlas:txmode none\n\na;")]), "atlas");
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(
            written(Tool::Atlas, &[("20240101000000.sql", "a;")]),
            ["20250304050607_add_x.sql", "up;"]
        );
    }
}
