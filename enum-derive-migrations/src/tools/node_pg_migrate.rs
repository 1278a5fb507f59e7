//! node-pg-migrate: `<time>_<name>.sql` with `-- Up Migration` and `-- Down Migration`, and the same in JavaScript.
//!
//! The rules are those of salsita/node-pg-migrate 8: `src/migration.ts` (`getMigrationFilePaths`: the files of the folder
//! itself, without hidden ones; `getNumericPrefix`: what stands before the first underscore, as milliseconds since 1970,
//! or as a date of 17 digits) and `src/sqlMigration.ts` (`getActions`: each way begins with its comment; all of a file
//! goes up that has neither). `src/runner.ts` has one transaction for all that is pending, as `singleTransaction` is the
//! default; with `--no-single-transaction` each file has its own.
//!
//! The history's table is `pgmigrations`, with the file's name without its extension. A migration before one that has
//! been applied is refused (`checkOrder`). The lock's key is `PG_MIGRATE_LOCK_ID`. There is no checksum.

use std::ops::Range;
use std::sync::Arc;

use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, ended, in_one_file, number::First};
use crate::files::{Body, FolderError, Found, Rank, Reader, Seen, Sign};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Row, Target, Value, sorted};

/// The tool.
pub(super) struct NodePgMigrate;

impl Rules for NodePgMigrate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if seen.heads().iter().any(|text| find(text, "up").or(find(text, "down")).is_some()) {
            return Some(Sign::new(Rank::Marks, "`-- Up Migration`"));
        }
        let timed = seen.files.iter().find(|entry| prefix(&entry.name).len() >= 13)?;
        seen.needs("node-pg-migrate").then(|| Sign::new(Rank::Names, &*timed.name))
    }

    fn takes(&self) -> &'static str {
        "every file in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files() {
            let extension = entry.name.rsplit_once('.').map_or("", |(_, extension)| extension);
            let code = CODE.contains(&extension);
            if entry.is_hidden() || !code && extension != "sql" {
                continue;
            }
            let prefix = prefix(&entry.name);
            let version = if prefix.is_empty() { &*entry.name } else { prefix }.to_owned();
            let key = (milliseconds(prefix), entry.name.clone());
            found.push(Found { code, ..Found::sql(key, version, entry) });
        }
        let mut migrations = Vec::with_capacity(found.len());
        for loaded in reader.load(Tool::NodePgMigrate, found, Vec::new())? {
            let Body::Sql(source) = &loaded.up else {
                migrations.push(loaded.whole(Transaction::Explicit));
                continue;
            };
            let source = Arc::clone(source);
            let (up, down) = ways(&source.text);
            migrations.push(loaded.parts(&source, up, down, Transaction::Explicit));
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running {
            together: true,
            choices: &[Around::File, Around::All],
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked("write it in JavaScript with `pgm.noTransaction()`"),
            )
        }
    }
}

/// What node runs.
const CODE: [&str; 6] = ["js", "cjs", "mjs", "ts", "cts", "mts"];

/// The digits before the first underscore.
fn prefix(name: &str) -> &str {
    let prefix = name.split_once('_').map_or("", |(prefix, _)| prefix);
    if prefix.bytes().all(|byte| byte.is_ascii_digit()) { prefix } else { "" }
}

/// The time that a prefix stands for. One that is none is a number, and nothing is zero.
fn milliseconds(prefix: &str) -> i128 {
    let number = |from: usize, to: usize| prefix.get(from..to)?.parse::<i128>().ok();
    let date = || {
        let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
        let (hour, minute, second) = (number(8, 10)?, number(10, 12)?, number(12, 14)?);
        // Days since 1970, with years that begin in March.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days =
            365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719_469;
        Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + number(14, 17)?)
    };
    let date = if prefix.len() == 17 { date() } else { None };
    date.or_else(|| prefix.parse().ok()).unwrap_or_default()
}

/// Where the comment is that begins a way: dashes and space, and the words, in any case.
fn find(text: &str, way: &str) -> Option<usize> {
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(rest) = line.trim_start().strip_prefix("--") else { continue };
        let mut words =
            rest.trim_start_matches(|c: char| c == '-' || c.is_whitespace()).split_whitespace();
        let is = |word: Option<&str>, wanted: &str| {
            word.is_some_and(|word| {
                word.get(..wanted.len()).is_some_and(|it| it.eq_ignore_ascii_case(wanted))
            })
        };
        let first = words.next();
        if first.is_some_and(|word| word.len() == way.len())
            && is(first, way)
            && is(words.next(), "migration")
        {
            return Some(start);
        }
    }
    None
}

/// The way up and the way down, each with its comment.
fn ways(text: &str) -> (Range<usize>, Option<Range<usize>>) {
    let end = text.len();
    match (find(text, "up"), find(text, "down")) {
        (None, None) => (0..end, None),
        (Some(up), None) => (up..end, None),
        // Without a comment of its own, all of the file goes up.
        (None, Some(down)) => (0..end, Some(down..end)),
        (Some(up), Some(down)) if up < down => (up..down, Some(down..end)),
        (Some(up), Some(down)) => (up..end, Some(down..up)),
    }
}

#[cfg(feature = "write")]
impl Writer for NodePgMigrate {
    /// As `node-pg-migrate create` (`src/migration.ts`, `create`): the time in milliseconds, and both ways in one file.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) =
            slate.place(slate.last_version(), First::UnixMilliseconds, |version| {
                vec![format!("{version}_{slug}.sql").into()]
            })?;
        let up = format!("-- Up Migration\n{}", ended(&draft.up));
        let down = format!("-- Down Migration\n{}", ended(&draft.down));
        let text = format!("{up}\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

#[cfg(feature = "history")]
impl History for NodePgMigrate {
    fn table(&self) -> Option<&'static str> {
        Some("pgmigrations")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["id", "name"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let record = |row: Row| {
            let [_, name] = row.try_into().ok()?;
            Some(Record::applied(name?, None))
        };
        sorted(rows, 0).into_iter().map(record).collect()
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        stem(migration) == record.version
    }

    /// "Not run migration … is preceding already run migration …".
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn on_late(&self) -> Reaction {
        Reaction::Refuses
    }

    fn lock_keys(&self, _database: &str, _schema: &str, _table: &str) -> Vec<i64> {
        vec![7_241_865_325_823_964]
    }

    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let table = target.table;
        let sql = format!("INSERT INTO {table} (name, run_on) VALUES ($1, pg_catalog.now())");
        Some((sql, vec![("name", stem(migration).to_owned())]))
    }
}

/// The name without its extension, which is what is recorded.
#[cfg(feature = "history")]
fn stem(migration: &Migration) -> &str {
    migration.name.rsplit_once('.').map_or(&*migration.name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{detected, names, open, open_as, steps, written};

    #[test]
    fn ways_in_one_file() {
        for (text, expected) in [
            ("a", "a"),
            (
                "x\n-- Up Migration\na\n-- Down Migration\nb",
                "-- Up Migration\na / -- Down Migration\nb",
            ),
            (
                "-- down migration\nb\n----  UP  MIGRATIONS\na",
                "----  UP  MIGRATIONS\na / -- down migration\nb",
            ),
            ("-- upmigration\na", "-- upmigration\na"),
        ] {
            let folder = open_as(Tool::NodePgMigrate, &[("1_a.sql", text)]);
            assert_eq!(steps(&folder), [format!("1 Explicit: {expected}")], "{text}");
            assert!(folder.together);
        }
    }

    #[test]
    fn times_in_either_form() {
        assert_eq!(milliseconds("20200513070724505"), 1_589_353_644_505);
        assert_eq!(milliseconds("20000229000000000"), 951_782_400_000);
        let folder = open(&[
            ("20200513070724505_c.sql", "-- Up Migration\n"),
            ("1500000000000_b.js", ""),
            ("1_a.sql", ""),
            ("README.md", ""),
            (".eslintrc.js", ""),
        ]);
        assert_eq!(folder.tool, Tool::NodePgMigrate);
        assert_eq!(names(&folder), ["1_a.sql", "1500000000000_b.js", "20200513070724505_c.sql"]);
    }

    #[test]
    fn its_package_tells() {
        let package = ("package.json", r#"{"dependencies": {"node-pg-migrate": "^8"}}"#);
        assert_eq!(detected(&[package, ("1500000000000_a.sql", "")]), "node-pg-migrate");
        assert_eq!(detected(&[package, ("1_a.sql", "")]), "plain");
    }

    #[test]
    fn what_is_written_is_read_again() {
        let parts = ["-- Up Migration\nup;", "-- Down Migration\ndown;"];
        let first = ("1500000000000_a.sql", "");
        for files in [&[][..], &[first]] {
            assert_eq!(
                written(Tool::NodePgMigrate, files),
                ["1741064767089_add_x.sql", parts[0], parts[1]]
            );
        }
    }
}
