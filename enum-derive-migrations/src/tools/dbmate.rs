//! dbmate: `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down`.
//!
//! The rules are those of `pkg/dbmate/db.go` (`migrationFileRegexp`: a name that begins with digits and
//! ends in `.sql`; files of the folder itself; the order is that of the names, as strings) and
//! `pkg/dbmate/migration.go` (the sections). A marker stands at the beginning of a line, in lowercase.
//! Statements before the first `up`, and an `up` without its `down`, are refused. A file may have several
//! pairs; each has its own transaction, or none with `transaction:false`, when it is sent as one string. So
//! each is a migration of its own here, with the version and name of the file. Two files of one version
//! violate the primary key of `schema_migrations`.
//!
//! The history's table is that of `pkg/driver/postgres/postgres.go`, `CreateMigrationsTable`, and `InsertMigration`
//! adds to it in the migration's own transaction. There is neither a checksum nor a lock.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, ended, in_one_file, number::First};
use crate::files::FolderError;
use crate::files::{Body, Found, Loaded, Rank, Reader, Seen, Sign, duplicate, unreadable};
use crate::ground::{Migration, Part, Script, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The tool.
pub(super) struct Dbmate;

impl Rules for Dbmate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let marked = seen.heads().iter().any(|text| marks(text));
        marked.then(|| Sign::new(Rank::Marks, "`-- migrate:up`"))
    }

    fn takes(&self) -> &'static str {
        "`<version>_<name>.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files_of_sql() {
            let version: String = entry.name.chars().take_while(char::is_ascii_digit).collect();
            if !version.is_empty() {
                found.push(Found::sql(entry.name.clone(), version, entry));
            }
        }
        let loaded = reader.load(Tool::Dbmate, found, Vec::new())?;
        let mut last: HashMap<String, usize> = HashMap::new();
        for (index, second) in loaded.iter().enumerate() {
            if let Some(first) = last.insert(second.version.clone(), index) {
                reader.findings.push(duplicate(Tool::Dbmate, &loaded[first], second));
            }
        }
        let mut migrations = Vec::with_capacity(loaded.len());
        for Loaded { version, name, up, .. } in loaded {
            let Body::Sql(source) = up else { continue };
            for section in sections(&source, reader) {
                let part = |range| Part::Sql(Script { source: Arc::clone(&source), range });
                migrations.push(Migration {
                    version: version.clone(),
                    name: name.clone(),
                    transaction: transaction(&source.text, &section.up),
                    up: part(section.up),
                    down: section.down.map(part),
                });
            }
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            sends_strings: true,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked(
                    "put it into a separate migration, with `-- migrate:up transaction:false`",
                ),
            )
        }
    }
}

#[cfg(feature = "write")]
impl Writer for Dbmate {
    /// As `dbmate new` (`pkg/dbmate/db.go`, `NewMigration`): the time unless the folder has numbers, and both
    /// ways in one file.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            vec![format!("{version}_{slug}.sql").into()]
        })?;
        let up = format!("-- migrate:up\n{}", ended(&draft.up));
        let down = format!("-- migrate:down\n{}", ended(&draft.down));
        let text = format!("{up}\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

#[cfg(feature = "history")]
impl History for Dbmate {
    fn table(&self) -> Option<&'static str> {
        Some("schema_migrations")
    }

    fn has_versions_alone(&self) -> bool {
        true
    }
}

/// A pair of markers with what belongs to each, the markers included.
#[derive(PartialEq, Eq)]
struct Section {
    up: Range<usize>,
    down: Option<Range<usize>>,
}

/// Which way a marker goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marker {
    Up,
    Down,
}

const NEEDS_UP: &str = "dbmate refuses a file without `-- migrate:up`";
const NEEDS_DOWN: &str = "dbmate 2 refuses a `-- migrate:up` without a `-- migrate:down` after it";
const ONE_DOWN: &str = "dbmate refuses a second `-- migrate:down` for one `-- migrate:up`";
const PRECEDING: &str = "dbmate refuses statements before `-- migrate:up`";

fn sections(source: &Arc<Source>, reader: &mut Reader) -> Vec<Section> {
    let text = &source.text;
    let mut refuse = |at, message: &str, help: &str| {
        reader.findings.push(unreadable(source, at, message).with_help(help));
    };
    // A `down` before the first `up` is none.
    let mut markers: Vec<(usize, Marker)> = Vec::new();
    for at in line_starts(text) {
        if let Some(marker) = text.get(at..).and_then(marker)
            && (marker == Marker::Up || !markers.is_empty())
        {
            markers.push((at, marker));
        }
    }
    let Some((first, _)) = markers.first() else {
        refuse(0, NEEDS_UP, "begin the file with it");
        return Vec::new();
    };
    let mut start = 0;
    for line in text.get(..*first).unwrap_or_default().split_inclusive('\n') {
        let words = line.trim_start();
        if !words.is_empty() && !words.starts_with("--") {
            refuse(start, PRECEDING, "move them below it");
            break;
        }
        start += line.len();
    }

    let mut sections: Vec<Section> = Vec::new();
    for (index, (at, marker)) in markers.iter().enumerate() {
        let range = *at..markers.get(index + 1).map_or(text.len(), |(next, _)| *next);
        match (marker, sections.last_mut()) {
            (Marker::Down, Some(Section { down: Some(down), .. })) => {
                refuse(range.start, ONE_DOWN, "join the two");
                down.end = range.end;
            }
            (Marker::Down, Some(section)) => section.down = Some(range),
            _ => sections.push(Section { up: range, down: None }),
        }
    }
    for section in &sections {
        if section.down.is_none() {
            refuse(section.up.start, NEEDS_DOWN, "add one; it may be empty");
        }
    }
    sections
}

/// Where lines begin.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        starts.push(end);
        end += line.len();
    }
    starts
}

/// What `\s` is to Go.
const SPACE: [char; 5] = [' ', '\t', '\n', '\r', '\x0C'];

/// The marker with which a text begins. Go's `\s` matches line ends too, so the dashes may stand alone on
/// the line before.
fn marker(text: &str) -> Option<Marker> {
    let rest = text.strip_prefix("--")?.trim_start_matches(SPACE).strip_prefix("migrate:")?;
    let (marker, rest) = match rest.strip_prefix("up") {
        Some(rest) => (Marker::Up, rest),
        None => (Marker::Down, rest.strip_prefix("down")?),
    };
    (rest.is_empty() || rest.starts_with(SPACE)).then_some(marker)
}

/// What the options behind the marker say.
fn transaction(text: &str, section: &Range<usize>) -> Transaction {
    let line = text.get(section.clone()).and_then(|text| text.lines().next()).unwrap_or_default();
    let options = line.split_whitespace().filter_map(|option| option.split_once(':'));
    // An option given twice has its last value.
    match options.rev().find(|(key, _)| *key == "transaction") {
        Some((_, "false")) => Transaction::Implicit,
        _ => Transaction::Explicit,
    }
}

/// Whether a line of the text is the marker that no file is without.
fn marks(text: &str) -> bool {
    line_starts(text).into_iter().any(|at| text.get(at..).and_then(marker) == Some(Marker::Up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open_as, steps};

    fn dbmate(text: &str) -> (Vec<String>, Vec<String>) {
        let folder = open_as(Tool::Dbmate, &[("1_a.sql", text)]);
        (steps(&folder), findings(&folder))
    }

    #[test]
    fn names_are_strings() {
        let text = "-- migrate:up\n-- migrate:down";
        let folder = open_as(
            Tool::Dbmate,
            &[
                ("9_b.sql", text),
                ("10_a.sql", text),
                ("11.sql", text),
                ("x12_c.sql", text),
                ("13_d.txt", text),
                ("below/1_e.sql", text),
            ],
        );
        assert_eq!(names(&folder), ["10_a.sql", "11.sql", "9_b.sql"]);
        assert_eq!(folder.migrations[1].version, "11");
    }

    #[test]
    fn sections_with_options() {
        let (steps, findings) = dbmate(
            "-- a comment\n\n--migrate:up transaction:false foo\nup;\n-- migrate:down\r\ndown;\n",
        );
        assert_eq!(
            steps,
            ["1 Implicit: --migrate:up transaction:false foo\nup; / -- migrate:down\r\ndown;"]
        );
        assert_eq!(findings, [""; 0]);
    }

    #[test]
    fn several_sections() {
        let (steps, findings) = dbmate(
            "-- migrate:up\na\n-- migrate:down\nb\n-- migrate:up transaction:false\nc\n\
             -- migrate:down\nd",
        );
        assert_eq!(
            steps,
            [
                "1 Explicit: -- migrate:up\na / -- migrate:down\nb",
                "1 Implicit: -- migrate:up transaction:false\nc / -- migrate:down\nd",
            ]
        );
        assert_eq!(findings, [""; 0]);
    }

    #[test]
    fn what_is_no_marker() {
        for text in [
            "",
            " -- migrate:up\n",
            "-- Migrate:Up\n",
            "-- migrate:update\n",
            "- migrate:up",
            "SELECT 1; -- migrate:up",
            "-- migrate:down\n",
            "é",
        ] {
            let (steps, findings) = dbmate(text);
            assert_eq!(steps, [""; 0], "{text}");
            assert_eq!(findings, [format!("1_a.sql:1: {NEEDS_UP}")], "{text}");
        }
    }

    #[test]
    fn what_dbmate_refuses() {
        let (steps, findings) = dbmate("-- x\nSELECT 1;\n-- migrate:up\na");
        assert_eq!(steps, ["1 Explicit: -- migrate:up\na"]);
        assert_eq!(
            findings,
            [format!("1_a.sql:2: {PRECEDING}"), format!("1_a.sql:3: {NEEDS_DOWN}")]
        );

        let (steps, findings) =
            dbmate("-- migrate:up\na\n-- migrate:down\nb\n-- migrate:down\nc\n");
        assert_eq!(
            steps,
            ["1 Explicit: -- migrate:up\na / -- migrate:down\nb\n-- migrate:down\nc"]
        );
        assert_eq!(findings, [format!("1_a.sql:5: {ONE_DOWN}")]);
    }

    #[test]
    fn a_version_is_used_once() {
        let text = "-- migrate:up\n-- migrate:down";
        let folder =
            open_as(Tool::Dbmate, &[("1 a.sql", text), ("10_x.sql", text), ("1_b.sql", text)]);
        assert_eq!(names(&folder), ["1 a.sql", "10_x.sql", "1_b.sql"]);
        assert_eq!(findings(&folder).len(), 1);
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::{written, written_as};

        let parts = ["-- migrate:up\nup;", "-- migrate:down\ndown;"];
        assert_eq!(written(Tool::Dbmate, &[]), ["20250304050607_add_x.sql", parts[0], parts[1]]);
        let text = "-- migrate:up\n-- migrate:down";
        assert_eq!(
            written(Tool::Dbmate, &[("001_a.sql", text)]),
            ["002_add_x.sql", parts[0], parts[1]]
        );
        // A label may be anything.
        assert_eq!(
            written_as(Tool::Dbmate, &[], "SELECT '\n-- migrate:down\n';", ""),
            ["dbmate would not apply the migration as it is meant: dbmate refuses a second `-- \
                 migrate:down` for one `-- migrate:up`"]
        );
    }
}
