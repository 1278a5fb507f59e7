//! sql-migrate: `<id>.sql` with `-- +migrate Up` and `-- +migrate Down`.
//!
//! The rules are those of rubenv/sql-migrate, `migrate.go` (`findMigrations`: every `.sql` of the folder itself;
//! `Migration.Less`: by the number in front, those without one last, then by the name) and
//! `sqlparse/sqlparse.go`: what stands before the first annotation is nothing, and the two ways may alternate, whose
//! statements are joined. A migration runs statement by statement in a transaction, unless
//! `-- +migrate Up notransaction` says otherwise (`applyMigrations`). A statement ends at a line that ends in a
//! semicolon, or between `StatementBegin` and `StatementEnd`.
//!
//! The history's table is `gorp_migrations`, with the name of the file as its `id`; `PlanMigration` refuses
//! migrations that the folder lacks, and runs those that come late. There is no lock.

use std::sync::Arc;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, Prepared, Slate, WriteError, Writer, annotated, in_one_file, number::First,
};
use crate::files::order::Digits;
use crate::files::sections::{Direction, sections};
use crate::files::{Body, FolderError, Found, Loaded, Rank, Reader, Seen, Sign, unreadable};
use crate::ground::{Migration, Part, Script, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Target, Value};

/// The tool.
pub(super) struct SqlMigrate;

impl Rules for SqlMigrate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let marks = |text: &String| text.lines().any(|line| marker(line) == Some(Direction::Up));
        seen.heads().iter().any(marks).then(|| Sign::new(Rank::Marks, "`-- +migrate Up`"))
    }

    fn takes(&self) -> &'static str {
        "every `.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.files_of_sql() {
            let digits = entry.name.bytes().take_while(u8::is_ascii_digit).count();
            let number = entry.name.get(..digits).unwrap_or_default();
            // What has no number comes last.
            let key = (Digits::parse(number).is_none(), Digits::parse(number), entry.name.clone());
            let stem = entry.name.strip_suffix(".sql").unwrap_or(&entry.name);
            let version = if number.is_empty() { stem } else { number }.to_owned();
            found.push(Found::sql(key, version, entry));
        }
        let mut migrations = Vec::with_capacity(found.len());
        for Loaded { version, name, up, .. } in reader.load(Tool::SqlMigrate, found, Vec::new())? {
            let Body::Sql(source) = up else { continue };
            let first = source.text.lines().find(|line| marker(line) == Some(Direction::Up));
            let Some(first) = first else {
                let finding = unreadable(
                    &source,
                    0,
                    "sql-migrate runs nothing of a file without `-- +migrate Up`",
                );
                reader.findings.push(finding.with_help("begin the file with it"));
                continue;
            };
            let without = first.split_whitespace().any(|word| word == "notransaction");
            let transaction =
                if without { Transaction::PerStatement } else { Transaction::Explicit };
            // What stands before the first annotation is nothing.
            for (up, down) in sections(&source.text, marker) {
                if up.start == 0 {
                    continue;
                }
                let part = |range| Part::Sql(Script { source: Arc::clone(&source), range });
                migrations.push(Migration {
                    version: version.clone(),
                    name: name.clone(),
                    up: part(up),
                    down: down.map(part),
                    transaction,
                });
            }
        }
        Ok(migrations)
    }

    fn running(&self) -> Running {
        Running::each(
            Transaction::Explicit,
            Outside::Asked("write `-- +migrate Up notransaction` in a migration of its own"),
        )
    }
}

/// Which way an annotation goes. Case and what else is on the line do not matter.
fn marker(line: &str) -> Option<Direction> {
    let mut words = line.strip_prefix("--")?.split_whitespace();
    if words.next() != Some("+migrate") {
        return None;
    }
    match words.next()? {
        word if word.eq_ignore_ascii_case("up") => Some(Direction::Up),
        word if word.eq_ignore_ascii_case("down") => Some(Direction::Down),
        _ => None,
    }
}

#[cfg(feature = "write")]
impl Writer for SqlMigrate {
    /// As `sql-migrate new` (`sql-migrate/command_new.go`): the time unless the folder has numbers, and both ways in
    /// one file.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let separator = slate.migrations.last().map_or('-', |last| {
            let rest = last.name.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.chars().next().filter(|c| matches!(c, '-' | '_')).unwrap_or('-')
        });
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            vec![format!("{version}{separator}{slug}.sql").into()]
        })?;
        let [up, down] = [&draft.up, &draft.down].map(|text| annotated(text, "+migrate"));
        let text = format!("-- +migrate Up\n{up}\n-- +migrate Down\n{down}");
        Ok(in_one_file(version, paths, &text, up, down))
    }
}

#[cfg(feature = "history")]
impl History for SqlMigrate {
    fn table(&self) -> Option<&'static str> {
        Some("gorp_migrations")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["id"]
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        record.version == migration.name
    }

    /// "unknown migration in database".
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let table = target.table;
        let sql = format!("INSERT INTO {table} (id, applied_at) VALUES ($1, pg_catalog.now())");
        Some((sql, vec![("id", migration.name.clone())]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open, open_as, steps, written, written_as};

    #[test]
    fn ways_and_transactions() {
        let folder = open(&[
            ("10-b.sql", "-- +migrate Up notransaction\nb;\n-- +migrate Down\nundo b;"),
            (
                "9-a.sql",
                "nothing\n-- +migrate up\na;\n-- +migrate Down\nundo a;\n-- +migrate Up\nc;",
            ),
        ]);
        assert_eq!(folder.tool, Tool::SqlMigrate);
        assert_eq!(
            steps(&folder),
            ["9 Explicit: a; / undo a;", "9 Explicit: c;", "10 PerStatement: b; / undo b;"]
        );
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn numbers_come_first() {
        let up = "-- +migrate Up\n";
        let folder = open_as(
            Tool::SqlMigrate,
            &[("x.sql", up), ("2_b.sql", up), ("10.sql", up), ("1-a.sql", "a;")],
        );
        assert_eq!(names(&folder), ["2_b.sql", "10.sql", "x.sql"]);
        assert_eq!(
            findings(&folder),
            ["1-a.sql:1: sql-migrate runs nothing of a file without `-- +migrate Up`"]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let last = ("1_a.sql", "-- +migrate Up\na\n-- +migrate Down\nb");
        assert_eq!(written(Tool::SqlMigrate, &[last]), ["2_add_x.sql", "up;", "down;"]);
        assert_eq!(written(Tool::SqlMigrate, &[])[0], "20250304050607-add_x.sql");
        let written = written_as(Tool::SqlMigrate, &[last], "DO $$ a; $$;", "down;");
        assert_eq!(
            written[1],
            "-- +migrate StatementBegin\nDO $$ a; $$;\n-- +migrate StatementEnd"
        );
    }
}
