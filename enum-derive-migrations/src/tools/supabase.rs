//! Supabase: `<timestamp>_<name>.sql` in `supabase/migrations`.
//!
//! The rules are those of supabase/cli, `pkg/migration/list.go` (`ListLocalMigrations`: files of the folder itself in
//! the order of their names; one that does not match `^([0-9]+)_(.*)\.sql$` is skipped, and so is `<time>_init.sql`
//! as the first, if its time is before 2021-12-09) and `file.go` (`ExecBatch`: all statements of a file in one
//! pipeline, which the server takes as one transaction). In front of each file, `apply.go` sends `RESET ALL`.
//!
//! The history's table is that of `history.go`; `apply.go`, `FindPendingMigrations`, refuses migrations that the
//! folder lacks and ones before the last that has been applied. What was sent is kept in the row, which only the tool
//! itself writes (`supabase migration repair`). There is neither a checksum nor a lock.

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, in_files, number::First};
use crate::files::{FolderError, Found, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction};

/// The tool.
pub(super) struct Supabase;

impl Rules for Supabase {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let numbered = seen.numbered.iter().any(|entry| version(&entry.name).is_some());
        (numbered && seen.is_below("supabase"))
            .then(|| Sign::new(Rank::File, "supabase/migrations"))
    }

    fn takes(&self) -> &'static str {
        "`<timestamp>_<name>.sql` in the folder itself"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        let entries = reader.entries();
        // The first of all entries, whatever it is.
        let old = entries.first().filter(|entry| is_old_init(&entry.name));
        if let Some(entry) = old {
            reader.report(
                &entry.path,
                "Supabase skips a first migration of this name",
                "give it another name than `init`",
            );
        }
        let skip = usize::from(old.is_some());
        for (index, entry) in entries.into_iter().enumerate() {
            if index < skip || entry.directory {
                continue;
            }
            if let Some(version) = version(&entry.name) {
                found.push(Found::sql(entry.name.clone(), version.to_owned(), entry));
            }
        }
        let loaded = reader.load(Tool::Supabase, found, Vec::new())?;
        Ok(whole_files(loaded, &|_| Transaction::Implicit))
    }

    fn running(&self) -> Running {
        Running {
            between: Between::Reset,
            pipelines: true,
            ..Running::each(Transaction::Implicit, Outside::Never)
        }
    }
}

/// The digits in front of the first underscore.
fn version(name: &str) -> Option<&str> {
    let (version, rest) = name.split_once('_')?;
    let is_number = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && rest.strip_suffix(".sql").is_some()).then_some(version)
}

/// What earlier versions of the tool wrote first.
fn is_old_init(name: &str) -> bool {
    let Some(time) = name.strip_suffix("_init.sql") else { return false };
    time.len() == 14 && time.parse::<u64>().is_ok_and(|time| time < 20_211_209_000_000)
}

#[cfg(feature = "write")]
impl Writer for Supabase {
    /// As `supabase migration new` (`internal/migration/new/new.go`): the time.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
            vec![format!("{version}_{slug}.sql").into()]
        })?;
        Ok(in_files(version, draft, &paths))
    }
}

#[cfg(feature = "history")]
impl History for Supabase {
    fn table(&self) -> Option<&'static str> {
        Some("schema_migrations")
    }

    fn schema(&self) -> Option<&'static str> {
        Some("supabase_migrations")
    }

    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    fn on_late(&self) -> Reaction {
        Reaction::Refuses
    }

    fn repair(&self) -> &'static str {
        "check the state of the database, and then run `supabase migration repair` with --status"
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::Folder;
    use crate::testing::{findings, folder, names, open_as, steps, written};

    #[test]
    fn a_file_is_one_transaction() {
        let folder = open_as(
            Tool::Supabase,
            &[
                ("20240102000000_b.sql", "b"),
                ("20240101000000_a.sql", "a"),
                ("seed.sql", "no version"),
                ("20240103000000_c.sql/", ""),
                ("below/20240104000000_d.sql", ""),
            ],
        );
        assert_eq!(steps(&folder), ["20240101000000 Implicit: a", "20240102000000 Implicit: b"]);
        assert_eq!(folder.findings, []);
        let passed: Vec<_> =
            folder.passed_over.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(passed, ["below/20240104000000_d.sql", "seed.sql"]);
    }

    #[test]
    fn an_old_first_migration_is_skipped() {
        let folder = open_as(
            Tool::Supabase,
            &[("20211208000000_init.sql", ""), ("20220101000000_init.sql", "")],
        );
        assert_eq!(names(&folder), ["20220101000000_init.sql"]);
        assert_eq!(
            findings(&folder),
            ["20211208000000_init.sql:1: Supabase skips a first migration of this name"]
        );
    }

    #[test]
    fn the_directory_above_tells() {
        let root = folder(&[("supabase/migrations/20240101000000_a.sql", "")]);
        let read = Folder::open(root.path().join("supabase/migrations")).expect("a folder");
        assert_eq!((read.tool, read.assumed), (Tool::Supabase, None));
        fs::rename(root.path().join("supabase"), root.path().join("db")).expect("another name");
        let read = Folder::open(root.path().join("db/migrations")).expect("a folder");
        assert_eq!(read.tool, Tool::Plain);
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(
            written(Tool::Supabase, &[("20240101000000_a.sql", "")]),
            ["20250304050607_add_x.sql", "up;"]
        );
    }
}
