//! tern: `<number>_<name>.sql` with `---- create above / drop below ----`.
//!
//! The rules are those of jackc/tern 2, `migrate/migrate.go`: `FindMigrations` (files of the folder itself that match
//! `\A(\d+)_.+\.sql\z`; the numbers begin with 1, none is missing and none is there twice), `LoadMigrations` (what
//! stands above the line goes up, what stands below it goes down; there must be a statement above it) and `MigrateTo`:
//! a file is sent as one string inside a transaction, or statement by statement without one where a line is
//! `---- tern: disable-tx ----`, and `reset all` follows. Files are templates of Go's `text/template`, to which those
//! below the folder belong.
//!
//! The history is one row in a table whose name the configuration has; it is not read.

use std::ops::Range;
use std::sync::Arc;

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, ended, in_one_file, number::First};
use crate::files::order::Digits;
use crate::files::{Body, FolderError, Found, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Source, Tool, Transaction, sort};
#[cfg(feature = "history")]
use crate::history::History;

/// What stands between the two ways, wherever it is.
const LINE: &str = "---- create above / drop below ----";

/// What switches the transaction off.
const DISABLE: &str = "---- tern: disable-tx ----";

/// The configuration, which tells whose the folder is.
const CONFIGURATION: &str = "tern.conf";

/// The tool.
pub(super) struct Tern;

impl Rules for Tern {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if seen.has(CONFIGURATION) || !seen.numbered.is_empty() && seen.has_above(&[CONFIGURATION])
        {
            return Some(Sign::file(CONFIGURATION));
        }
        let marks = |text: &String| text.contains(LINE) || is_disabled(text);
        seen.heads().iter().any(marks).then(|| Sign::new(Rank::Marks, LINE))
    }

    fn takes(&self) -> &'static str {
        "`<number>_<name>.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files() {
            let Some((version, name)) = entry.name.split_once('_') else { continue };
            let Some(key) = Digits::parse(version) else { continue };
            if name.strip_suffix(".sql").is_some_and(|name| !name.is_empty()) {
                found.push(Found::sql(key, version.to_owned(), entry));
            }
        }
        // The first gap is enough to be told of.
        sort(&mut found, &mut |a, b| a.key.cmp(&b.key));
        let gap = found.iter().zip(1_usize..).find(|(found, number)| {
            found.version.parse() != Ok(*number)
                && found.version.parse() != Ok(number.saturating_sub(1))
        });
        if let Some((found, number)) = gap {
            let message = format!(
                "tern refuses the number {} here: {number} is missing",
                found.version.trim_start_matches('0')
            );
            reader.report(&found.up, message, "number the files from 1, without gaps");
        }
        let mut migrations = Vec::with_capacity(found.len());
        for loaded in reader.load(Tool::Tern, found, Vec::new())? {
            let Body::Sql(source) = &loaded.up else { continue };
            let source = Arc::clone(source);
            let (up, down) = ways(&source.text);
            let text = source.text.get(up.clone()).unwrap_or_default();
            if text
                .lines()
                .all(|line| line.trim().is_empty() || line.trim_start().starts_with("--"))
            {
                reader.findings.push(nothing(&source));
            }
            let is_disabled = is_disabled(text);
            let transaction =
                if is_disabled { Transaction::PerStatement } else { Transaction::Explicit };
            migrations.push(loaded.parts(&source, up, down, transaction));
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            between: Between::Reset,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("put the line `---- tern: disable-tx ----` into the file"),
            )
        }
    }
}

fn nothing(source: &Arc<Source>) -> crate::ground::Finding {
    unreadable(source, 0, "tern refuses a file without a statement that goes up")
        .with_help("write one above the line that begins the down part")
}

/// What stands above the line and what stands below it.
fn ways(text: &str) -> (Range<usize>, Option<Range<usize>>) {
    match text.find(LINE) {
        Some(at) => (0..at, Some(at + LINE.len()..text.len())),
        None => (0..text.len(), None),
    }
}

fn is_disabled(text: &str) -> bool {
    text.lines().any(|line| line == DISABLE)
}

#[cfg(feature = "write")]
impl Writer for Tern {
    /// As `tern new` (`main.go`, `NewMigration`): the next number with three digits, and both ways in one file.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        if [&draft.up, &draft.down].iter().any(|text| text.contains("{{")) {
            let reason = "it evaluates `{{…}}`".to_owned();
            return Err(WriteError::Text { tool: Tool::Tern, reason });
        }
        let slug = draft.slug();
        let (version, paths) =
            slate.place(slate.last_version(), First::Number("001"), |version| {
                vec![format!("{version}_{slug}.sql").into()]
            })?;
        let (up, down) = (ended(&draft.up), ended(&draft.down));
        let text = format!("{up}\n{LINE}\n\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

/// The name of its table is in a configuration that is not read.
#[cfg(feature = "history")]
impl History for Tern {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{detected, findings, open, open_as, steps, written, written_as};

    #[test]
    fn both_ways_and_transactions() {
        let disabled = format!("{DISABLE}\nc;");
        let folder = open(&[
            ("001_a.sql", "a;\n---- create above / drop below ----\ndrop a;"),
            ("002_b.sql", "b;"),
            ("003_c.sql", &disabled),
            ("shared/v1.sql", "a template"),
        ]);
        assert_eq!(folder.tool, Tool::Tern);
        assert_eq!(
            steps(&folder),
            [
                "001 Explicit: a; / drop a;".to_owned(),
                "002 Explicit: b;".to_owned(),
                format!("003 PerStatement: {disabled}"),
            ]
        );
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn what_tern_refuses() {
        let folder =
            open_as(Tool::Tern, &[("1_a.sql", "a;"), ("3_b.sql", "b;"), ("4_c.sql", "--\n")]);
        assert_eq!(
            findings(&folder),
            [
                "3_b.sql:1: tern refuses the number 3 here: 2 is missing",
                "4_c.sql:1: tern refuses a file without a statement that goes up",
            ]
        );
    }

    #[test]
    fn its_configuration_tells() {
        assert_eq!(detected(&[("tern.conf", ""), ("001_a.sql", "a;")]), "tern");
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(written(Tool::Tern, &[]), ["001_add_x.sql", "up;", "down;"]);
        assert_eq!(written(Tool::Tern, &[("009_a.sql", "a;")])[0], "010_add_x.sql",);
        let refused = written_as(Tool::Tern, &[], &format!("SELECT '{LINE}';"), "");
        assert!(refused[0].starts_with("tern would not apply"), "{refused:?}");
        let refused = written_as(Tool::Tern, &[], "SELECT '{{x}}';", "");
        assert!(refused[0].starts_with("tern would not apply"), "{refused:?}");
    }
}
