//! golang-migrate: `<version>_<title>.up.sql` and `.down.sql`.
//!
//! The rules are those of `source/parse.go` (the pattern; the version is a `uint64`, and a name that does
//! not match is passed over) and `source/iofs/iofs.go` (the folder itself, no directories; two files of
//! one version and direction are refused). The extension is any; one without `sql` in it is taken for a file
//! of something else, such as pop's `.fizz`, which has the same names otherwise. A file goes to the server as one string
//! (`database/postgres/postgres.go`, `Run`), unless the connection asks for `x-multi-statement`, of which
//! the folder knows nothing. A version that has no `.up` file does nothing on the way up and is left out.
//!
//! The history's table has one row, the version that the database is at (`database/postgres/postgres.go`, `SetVersion`
//! and `Version`). It is written as dirty before a migration and as clean after it (`migrate.go`,
//! `runMigrations`), so that a dirty one is of a migration that failed, or is running. There is no checksum.
//! The lock's key is that of `database/util.go`, `GenerateAdvisoryLockId`; the database's name in it is the
//! path of the URL, slash included, or what the server says.

#[cfg(feature = "history")]
use std::path::Path;

use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, in_files, number::First};
use crate::files::FolderError;
use crate::files::{Found, Manifest, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{
    History, Outcome, Reaction, Record, Row, Target, Unreadable, Value, crc32, flag, is_same_number,
};

/// The tool.
pub(super) struct GolangMigrate;

impl Rules for GolangMigrate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let mine = seen.numbered.iter().filter(|entry| parse(&entry.name).is_some()).count();
        if mine == 0 || seen.manifest() == Some(Manifest::Cargo) {
            return None;
        }
        // It passes over all other names, and then they are not there by its rules.
        let all = mine == seen.numbered.len() || seen.manifest() == Some(Manifest::Go);
        all.then(|| {
            Sign::new(
                Rank::Surroundings,
                "its names end in `.up.sql` and `.down.sql`, and no Cargo.toml is above it",
            )
        })
    }

    fn takes(&self) -> &'static str {
        "`<version>_<title>.up.sql` and `.down.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let (mut ups, mut downs) = (Vec::new(), Vec::new());
        for entry in reader.files() {
            match parse(&entry.name) {
                Some((key, version, true)) => {
                    let code =
                        !entry.name.rsplit('.').next().is_some_and(|last| last.contains("sql"));
                    ups.push(Found { code, ..Found::sql(key, version.to_owned(), entry) });
                }
                Some((key, _, false)) => downs.push((key, entry.path)),
                None => {}
            }
        }
        let loaded = reader.load(Tool::GolangMigrate, ups, downs)?;
        Ok(whole_files(loaded, &|_| Transaction::Implicit))
    }

    fn running(&self) -> Running {
        Running {
            // What `x-multi-statement` does: each statement is sent alone.
            choices: &[Around::Statement],
            ..Running::each(
                Transaction::Implicit,
                Outside::Asked(
                    "put it alone into a migration: several statements in one string are a transaction; if the URL has \
                     `x-multi-statement=true`, say `--transaction statement`",
                ),
            )
        }
    }
}

#[cfg(feature = "write")]
impl Writer for GolangMigrate {
    /// As `migrate create` (`internal/cli/commands.go`, `createCmd`): the time unless the folder has numbers,
    /// and a file for each way.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            ["up", "down"].map(|way| format!("{version}_{slug}.{way}.sql").into()).to_vec()
        })?;
        Ok(in_files(version, draft, &paths))
    }
}

#[cfg(feature = "history")]
impl History for GolangMigrate {
    fn table(&self) -> Option<&'static str> {
        Some("schema_migrations")
    }

    /// dbmate's table of the same name knows no dirty state.
    fn telling_column(&self) -> Option<&'static str> {
        Some("dirty")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["version", "dirty"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let Some(row) = rows.into_iter().next() else { return Some(Vec::new()) };
        let [version, dirty] = row.try_into().ok()?;
        let outcome = if flag(&dirty?) { Outcome::Failed("dirty") } else { Outcome::Applied };
        Some(vec![Record { version: version?, outcome, checksum: None }])
    }

    /// All that come before the version have been applied.
    fn spread(
        &self,
        _root: &Path,
        migrations: &[Migration],
        records: Vec<Record>,
    ) -> Result<Vec<Record>, Unreadable> {
        let Some(at) = records.first().and_then(|record| record.version.parse::<i64>().ok()) else {
            return Ok(records);
        };
        let is_before = |migration: &&Migration| {
            migration.version.parse::<i64>().is_ok_and(|version| version < at)
        };
        let before = migrations.iter().filter(is_before);
        let before = before.map(|migration| Record::applied(&*migration.version, None));
        Ok(before.chain(records.iter().cloned()).collect())
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        is_same_number(record, migration)
    }

    /// It looks for the file of the version that it is at.
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn lock_keys(&self, database: &str, schema: &str, table: &str) -> Vec<i64> {
        let key = |database: &str| {
            let text = [schema, table, database].join("\0");
            i64::from(crc32([text.as_bytes()]).wrapping_mul(SALT))
        };
        vec![key(database), key(&format!("/{database}"))]
    }

    /// As `SetVersion` does. (It truncates, which needs another privilege and a stronger lock.)
    fn row(
        &self,
        migration: &Migration,
        _checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let table = target.table;
        let sql = format!(
            "WITH gone AS (DELETE FROM {table} WHERE version <> $1::bigint)
             INSERT INTO {table} (version, dirty) VALUES ($1::bigint, false)"
        );
        Some((sql, vec![("version", migration.version.clone())]))
    }

    fn repair(&self) -> &'static str {
        "check the state of the database, complete or undo the migration, and then set the \
         version with `migrate force VERSION`"
    }
}

/// The version and whether the file goes up.
fn parse(name: &str) -> Option<(u64, &str, bool)> {
    let (version, rest) = name.split_once('_')?;
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The title takes as much as it can, so the last direction in the name is the direction.
    let (up, down) = (rest.rfind(".up."), rest.rfind(".down."));
    up.or(down)?;
    Some((version.parse().ok()?, version, up > down))
}

#[cfg(feature = "history")]
const SALT: u32 = 1_486_364_155;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open_as, steps};

    #[test]
    fn up_and_down() {
        let folder = open_as(
            Tool::GolangMigrate,
            &[
                ("000010_c.up.sql", "c"),
                ("000009_b.up.sql", "b"),
                ("000009_b.down.sql", "undo b"),
                ("1_a.down.up.sql", "a"),
                ("2_only.down.sql", ""),
                ("3_plain.sql", ""),
                ("x4_d.up.sql", ""),
                ("5_e.up.fizz", ""),
                ("99999999999999999999_f.up.sql", "no uint64"),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1 Implicit: a",
                "5 Explicit: <5_e.up.fizz>",
                "000009 Implicit: b / undo b",
                "000010 Implicit: c"
            ]
        );
    }

    #[test]
    fn a_version_is_used_once() {
        let folder = open_as(Tool::GolangMigrate, &[("1_a.up.sql", ""), ("1_b.up.sql", "")]);
        assert_eq!(names(&folder), ["1_a.up.sql", "1_b.up.sql"]);
        assert_eq!(findings(&folder).len(), 1);
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        assert_eq!(
            written(Tool::GolangMigrate, &[("000009_a.up.sql", "")]),
            ["000010_add_x.up.sql", "000010_add_x.down.sql", "up;", "down;"]
        );
        assert_eq!(
            written(Tool::GolangMigrate, &[("1704110400_a.up.sql", "")]),
            ["1741064767_add_x.up.sql", "1741064767_add_x.down.sql", "up;", "down;"]
        );
    }

    #[test]
    #[cfg(feature = "history")]
    fn the_key_is_theirs() {
        // As `database/util_test.go` has it.
        let keys = GolangMigrate.lock_keys("database_name", "schema_name_1", "schema_name_2");
        assert_eq!(keys[0], 3_743_845_847);
    }
}
