//! shmig: `<time>-<name>.sql` with `-- ====  UP  ====` and `-- ==== DOWN ====`.
//!
//! The rules are those of mbucc/shmig, `shmig`: `pending_migrations` (files of the folder itself that match
//! `^[0-9]+-.*\.sql$`, by their numbers), `migration_section` (what stands between the two lines, without lines that
//! begin with dashes; nothing there is an error) and `postgresql_cli`: each section goes to a psql of its own, which stops
//! at the first error. It has the transactions that the section has, as `BEGIN` and `COMMIT` are in the template.
//!
//! The history is in a table whose name the configuration has; it is not read.

use std::ops::Range;
use std::sync::Arc;

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, ended, in_one_file, number::First};
use crate::files::order::Digits;
use crate::files::{Body, FolderError, Found, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

const UP: &str = "-- ====  UP  ====";
const DOWN: &str = "-- ==== DOWN ====";

/// The tool.
pub(super) struct Shmig;

impl Rules for Shmig {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let marks = |text: &String| text.lines().any(|line| line == UP);
        seen.heads().iter().any(marks).then(|| Sign::new(Rank::Marks, UP))
    }

    fn takes(&self) -> &'static str {
        "`<time>-<name>.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files_of_sql() {
            let Some((version, _)) = entry.name.split_once('-') else { continue };
            let Some(key) = Digits::parse(version) else { continue };
            found.push(Found::sql(key, version.to_owned(), entry));
        }
        let mut migrations = Vec::with_capacity(found.len());
        for loaded in reader.load(Tool::Shmig, found, Vec::new())? {
            let Body::Sql(source) = &loaded.up else { continue };
            let source = Arc::clone(source);
            let (up, down) = (section(&source.text, UP, DOWN), section(&source.text, DOWN, UP));
            let Some(up) = up else {
                let finding =
                    unreadable(&source, 0, format!("shmig refuses a file without `{UP}`"));
                reader.findings.push(finding.with_help("write the line above the up part"));
                continue;
            };
            migrations.push(loaded.parts(&source, up, down, Transaction::PerStatement));
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            between: Between::Psql,
            ..Running::each(
                Transaction::PerStatement,
                Outside::Asked("put it before BEGIN or after COMMIT"),
            )
        }
    }
}

/// What stands between two lines, or behind the first if there is no second.
fn section(text: &str, since: &str, till: &str) -> Option<Range<usize>> {
    let mut begin = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        match begin {
            None if line.trim_end() == since => begin = Some(end),
            Some(begin) if line.trim_end() == till => return Some(begin..start),
            _ => {}
        }
    }
    begin.map(|begin| begin..text.len())
}

#[cfg(feature = "write")]
impl Writer for Shmig {
    /// As `shmig create`: the seconds since 1970, and both ways in one file, each in a transaction.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) =
            slate.place(slate.last_version(), First::UnixSeconds, |version| {
                vec![format!("{version}-{slug}.sql").into()]
            })?;
        let (up, down) = (ended(&draft.up), ended(&draft.down));
        let text = format!("-- Migration: {slug}\n{UP}\n{up}\n{DOWN}\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

/// The name of its table is in a configuration that is not read.
#[cfg(feature = "history")]
impl History for Shmig {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open, open_as, steps, written};

    #[test]
    fn sections_of_a_file() {
        let folder = open(&[
            (
                "1485643154-a.sql",
                "-- Migration: a\n-- ====  UP  ====\nBEGIN;\na;\nCOMMIT;\n-- ==== DOWN ====\nb;\n",
            ),
            ("999-first.sql", "-- ====  UP  ====\nc;"),
            ("x-y.sql", ""),
        ]);
        assert_eq!(folder.tool, Tool::Shmig);
        assert_eq!(
            steps(&folder),
            ["999 PerStatement: c;", "1485643154 PerStatement: BEGIN;\na;\nCOMMIT; / b;"]
        );
    }

    #[test]
    fn a_file_without_a_section() {
        let folder = open_as(Tool::Shmig, &[("1-a.sql", "a;")]);
        assert_eq!(
            findings(&folder),
            ["1-a.sql:1: shmig refuses a file without `-- ====  UP  ====`"]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(written(Tool::Shmig, &[]), ["1741064767-add_x.sql", "up;", "down;"]);
    }
}
