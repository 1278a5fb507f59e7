//! goose: `<version>_<name>.sql` with `-- +goose Up` and `-- +goose Down`, and the same with `.go`.
//!
//! The rules are those of `provider_collect.go` and `migration.go` (`NumericComponent`: what precedes the
//! first underscore is an `int64` above zero, or the file is passed over; `_test.go` is no migration; two
//! of one version are refused) and of `internal/sqlparser/parser.go`. There a line that begins with `--`
//! and has `+goose` in it is an annotation wherever it stands, even in a statement; case does not matter;
//! space before it and annotations that are not known are errors, as is SQL before `Up`. There is one `Up`,
//! and at most one `Down` after it. `NO TRANSACTION` anywhere holds for the whole file, whose statements
//! then go one by one.
//!
//! Between `ENVSUB ON` and `ENVSUB OFF` goose replaces `$NAME` and `${NAME}` from the environment, and even
//! `$$`; what stands there cannot be known.
//!
//! The history's table is that of `internal/dialects/postgres.go`. The first row is that of version 0, which is no
//! migration. Earlier versions add a row with `is_applied` false for a way down; the last row of a version
//! decides (`ListMigrations`). There is no checksum; the session locker's key is that of
//! `lock/session_locker_options.go`.

#[cfg(feature = "history")]
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, Prepared, Slate, WriteError, Writer, annotated, in_one_file, number::First,
};
use crate::files::FolderError;
use crate::files::{Body, Found, Loaded, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Part, Script, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Row, Target, Value, flag, is_same_number, sorted};

/// The tool.
pub(super) struct Goose;

impl Rules for Goose {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if seen.heads().iter().any(|text| marks(text)) {
            return Some(Sign::new(Rank::Marks, "`-- +goose Up`"));
        }
        let code =
            seen.files.iter().find(|entry| parse(&entry.name).is_some_and(|(.., code)| code))?;
        seen.numbered.is_empty().then(|| Sign::new(Rank::Marks, &*code.name))
    }

    fn takes(&self) -> &'static str {
        "`<version>_<name>.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files() {
            let Some((key, version, code)) = parse(&entry.name) else { continue };
            let version = version.to_owned();
            let entry = Found::sql(key, version, entry);
            found.push(Found { code, ..entry });
        }
        let mut migrations = Vec::with_capacity(found.len());
        for loaded in reader.load(Tool::Goose, found, Vec::new())? {
            let Body::Sql(source) = &loaded.up else {
                migrations.push(loaded.whole(Transaction::Explicit));
                continue;
            };
            let Parts { up, down, transaction } = parts(source, reader);
            let Some(up) = up else { continue };
            let part = |range| Part::Sql(Script { source: Arc::clone(source), range });
            let (up, down) = (part(up), down.map(part));
            let Loaded { version, name, .. } = loaded;
            migrations.push(Migration { version, name, up, down, transaction });
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running::each(
            Transaction::Explicit,
            Outside::Asked("put `-- +goose NO TRANSACTION` at the top of the file"),
        )
    }
}

#[cfg(feature = "write")]
impl Writer for Goose {
    /// As `goose create` (`create.go`): the time unless the folder has numbers (`-s`), and both ways in one
    /// file.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            vec![format!("{version}_{slug}.sql").into()]
        })?;
        let (up, down) = (annotated(&draft.up, "+goose"), annotated(&draft.down, "+goose"));
        let text = format!("-- +goose Up\n{up}\n-- +goose Down\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

#[cfg(feature = "history")]
impl History for Goose {
    fn table(&self) -> Option<&'static str> {
        Some("goose_db_version")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["id", "version_id", "is_applied"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let mut last: BTreeMap<i64, bool> = BTreeMap::new();
        for row in sorted(rows, 0) {
            let [_, version, applied] = row.try_into().ok()?;
            last.insert(version?.parse().ok()?, flag(&applied?));
        }
        let applied = last.into_iter().filter(|(version, applied)| *version > 0 && *applied);
        Some(applied.map(|(version, _)| Record::applied(version.to_string(), None)).collect())
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        is_same_number(record, migration)
    }

    /// "missing (out-of-order) migrations".
    fn on_late(&self) -> Reaction {
        Reaction::Refuses
    }

    /// `DefaultLockID`.
    fn lock_keys(&self, _database: &str, _schema: &str, _table: &str) -> Vec<i64> {
        vec![4_097_083_626]
    }

    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let sql = format!(
            "INSERT INTO {} (version_id, is_applied) VALUES ($1::bigint, true)",
            target.table
        );
        Some((sql, vec![("version_id", migration.version.clone())]))
    }
}

/// The version, and whether the file is Go.
fn parse(name: &str) -> Option<(i64, &str, bool)> {
    let (version, rest) = name.split_once('_')?;
    let (_, extension) = rest.rsplit_once('.')?;
    let code = extension == "go" && !name.ends_with("_test.go");
    if !code && extension != "sql" {
        return None;
    }
    let key = version.parse().ok().filter(|number| *number > 0)?;
    Some((key, version, code))
}

/// What the annotations divide a file into.
struct Parts {
    up: Option<Range<usize>>,
    down: Option<Range<usize>>,
    transaction: Transaction,
}

/// Where in the file a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    Up { in_statement: bool },
    Down { in_statement: bool },
}

fn parts(source: &Arc<Source>, reader: &mut Reader) -> Parts {
    let mut report = |at, message: String, help: &str| {
        reader.findings.push(unreadable(source, at, message).with_help(help));
    };
    // goose stops at the first thing that it refuses; what follows is often of the same mistake.
    let mut refused: Option<(usize, String, &str)> = None;
    let mut refuse = |at, message: String, help| {
        refused.get_or_insert((at, message, help));
    };
    let mut is_unknown = false;
    let mut parts = Parts { up: None, down: None, transaction: Transaction::Explicit };
    let mut place = Place::Start;
    let (mut envsub, mut reported, mut early) = (false, false, None);
    let mut end = 0;
    for line in source.text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        if !(line.trim_start().starts_with("--") && line.contains("+goose")) {
            if envsub && !reported && line.contains('$') {
                reported = true;
                let message = "goose replaces what follows a `$` here, because `ENVSUB` is `ON`";
                report(start, message.to_owned(), "the statement depends on the environment");
            }
            let empty = line.trim().is_empty() || line.trim_start().starts_with("--");
            if place == Place::Start && !empty {
                early = early.or(Some(start));
            }
            continue;
        }
        let command = match annotation(line) {
            Ok(command) => command,
            Err(reason) => {
                is_unknown = true;
                refuse(start, format!("goose refuses this annotation: {reason}"), ANNOTATIONS);
                continue;
            }
        };
        place = match (command, place) {
            ("UP", Place::Start) => {
                if let Some(at) = early {
                    let message = "goose refuses statements before `-- +goose Up`";
                    refuse(at, message.to_owned(), "move them below it");
                }
                parts.up = Some(end..source.text.len());
                Place::Up { in_statement: false }
            }
            ("DOWN", Place::Up { in_statement: false }) => {
                parts.up = parts.up.map(|up| up.start..start);
                parts.down = Some(end..source.text.len());
                Place::Down { in_statement: false }
            }
            ("STATEMENTBEGIN", Place::Up { in_statement: false }) => {
                Place::Up { in_statement: true }
            }
            ("STATEMENTBEGIN", Place::Down { in_statement: false }) => {
                Place::Down { in_statement: true }
            }
            ("STATEMENTEND", Place::Up { in_statement: true }) => Place::Up { in_statement: false },
            ("STATEMENTEND", Place::Down { in_statement: true }) => {
                Place::Down { in_statement: false }
            }
            ("NO TRANSACTION", _) => {
                parts.transaction = Transaction::PerStatement;
                place
            }
            ("ENVSUB ON" | "ENVSUB OFF", _) => {
                envsub = command == "ENVSUB ON";
                place
            }
            // Without an `Up`, that is what is wrong.
            (_, Place::Start) => place,
            _ => {
                let message = "goose refuses this annotation here";
                refuse(start, message.to_owned(), ORDER);
                place
            }
        };
    }
    match place {
        Place::Start if !is_unknown => {
            let message = "goose refuses a file without `-- +goose Up`";
            refuse(0, message.to_owned(), "begin the file with it");
        }
        Place::Up { in_statement: true } | Place::Down { in_statement: true } => {
            let message =
                "goose refuses a `-- +goose StatementBegin` without a `-- +goose StatementEnd`";
            refuse(end, message.to_owned(), ORDER);
        }
        _ => {}
    }
    if let Some((at, message, help)) = refused {
        report(at, message, help);
    }
    parts
}

const ANNOTATIONS: &str = "at the beginning of a line, it knows `-- +goose` with Up, Down, \
                           StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON and ENVSUB OFF";
const ORDER: &str = "a file has one Up, then at most one Down, and neither of them between StatementBegin and StatementEnd";

/// The annotation on a line.
fn annotation(line: &str) -> Result<&'static str, &'static str> {
    const KNOWN: [&str; 7] = [
        "UP",
        "DOWN",
        "STATEMENTBEGIN",
        "STATEMENTEND",
        "NO TRANSACTION",
        "ENVSUB ON",
        "ENVSUB OFF",
    ];
    if line.starts_with([' ', '\t']) {
        return Err("there is space before it");
    }
    let command = line.replace("--", "").replacen("+goose", "", 1);
    let command = command.trim();
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(command));
    known.copied().ok_or("it is not known")
}

/// Whether a line of the text is the annotation that no file is without.
fn marks(text: &str) -> bool {
    text.lines().any(|line| {
        line.starts_with("--") && line.contains("+goose") && annotation(line) == Ok("UP")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open_as, steps};

    fn goose(text: &str) -> (Vec<String>, Vec<String>) {
        let folder = open_as(Tool::Goose, &[("1_a.sql", text)]);
        (steps(&folder), findings(&folder))
    }

    #[test]
    fn sql_and_go_in_one_order() {
        let up = "-- +goose Up\n";
        let folder = open_as(
            Tool::Goose,
            &[
                ("00010_d.sql", up),
                ("9_c.go", ""),
                ("9_c_test.go", ""),
                ("2_b.sql", up),
                ("0_zero.sql", up),
                ("x_y.sql", up),
                ("embed.go", ""),
                ("below/1_x.sql", up),
            ],
        );
        assert_eq!(names(&folder), ["2_b.sql", "9_c.go", "00010_d.sql"]);
        assert_eq!(steps(&folder)[1], "9 Explicit: <9_c.go>");
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn sections() {
        let (steps, findings) = goose(
            "-- comment\r\n-- +goose up\r\na;\r\n-- +goose StatementBegin\r\nb;\r\n\
             --+goose statementend\r\n-- +goose DOWN\r\nc;",
        );
        assert_eq!(
            steps,
            ["1 Explicit: a;\r\n-- +goose StatementBegin\r\nb;\r\n--+goose statementend / c;"]
        );
        assert_eq!(findings, [""; 0]);
    }

    #[test]
    fn no_transaction_wherever_it_stands() {
        for text in [
            "-- +goose NO TRANSACTION\n-- +goose Up\na;",
            "-- +goose Up\n-- +goose no transaction\na;",
            "-- +goose Up\na;\n-- +goose Down\n-- +goose NO TRANSACTION\n",
        ] {
            let (steps, findings) = goose(text);
            assert!(steps[0].starts_with("1 PerStatement: "), "{text}");
            assert_eq!(findings, [""; 0], "{text}");
        }
    }

    #[test]
    fn the_environment() {
        let (_, findings) = goose(
            "-- +goose Up\nSELECT $1;\n-- +goose ENVSUB ON\nSELECT 1;\nSELECT ${X};\nSELECT $Y;\n\
             -- +goose ENVSUB OFF\nSELECT $$;",
        );
        assert_eq!(
            findings,
            ["1_a.sql:5: goose replaces what follows a `$` here, because `ENVSUB` is `ON`"]
        );
    }

    #[test]
    fn what_goose_refuses() {
        let needs_up = "goose refuses a file without `-- +goose Up`";
        let here = "goose refuses this annotation here";
        for (text, ups, expected) in [
            ("", 0, vec![(1, needs_up)]),
            ("a;", 0, vec![(1, needs_up)]),
            ("-- +goose Down\n", 0, vec![(1, needs_up)]),
            ("-- +goose Upp\na;", 0, vec![(1, "goose refuses this annotation: it is not known")]),
            (
                "a;\nb;\n-- +goose Up",
                1,
                vec![(1, "goose refuses statements before `-- +goose Up`")],
            ),
            ("-- +goose Up\n-- +goose Up", 1, vec![(2, here)]),
            ("-- +goose Up\n-- +goose Down\n-- +goose Down", 1, vec![(3, here)]),
            ("-- +goose Up\n-- +goose StatementEnd", 1, vec![(2, here)]),
            ("-- +goose Up\n-- +goose StatementBegin\n-- +goose Down\n", 1, vec![(3, here)]),
            (
                "-- +goose Up\n-- +goose StatementBegin\na;\n",
                1,
                vec![(
                    4,
                    "goose refuses a `-- +goose StatementBegin` without a `-- +goose StatementEnd`",
                )],
            ),
            (
                "-- +goose Up\n -- +goose Down",
                1,
                vec![(2, "goose refuses this annotation: there is space before it")],
            ),
            (
                "-- +goose Up\n-- as +goose does",
                1,
                vec![(2, "goose refuses this annotation: it is not known")],
            ),
        ] {
            let (steps, findings) = goose(text);
            let expected: Vec<_> = expected
                .iter()
                .map(|(line, message)| format!("1_a.sql:{line}: {message}"))
                .collect();
            assert_eq!((steps.len(), findings), (ups, expected), "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::{written, written_as};

        assert_eq!(
            written(Tool::Goose, &[("00009_a.sql", "-- +goose Up\n")]),
            ["00010_add_x.sql", "up;", "down;"]
        );
        assert_eq!(
            written_as(
                Tool::Goose,
                &[],
                "-- why\nDO $$ BEGIN NULL; END $$;\nSELECT 1;\nSELECT ';\n';",
                "-- nothing"
            ),
            [
                "20250304050607_add_x.sql",
                "-- +goose StatementBegin\n-- why\nDO $$ BEGIN NULL; END $$;\n\
                 -- +goose StatementEnd\nSELECT 1;\n-- +goose StatementBegin\nSELECT ';\n';\n\
                 -- +goose StatementEnd",
                "-- nothing",
            ]
        );
        let refused = written_as(Tool::Goose, &[], "SELECT '\n-- +goose Down\n';", "");
        assert!(refused[0].starts_with("goose would not apply the migration"), "{refused:?}");
    }
}
