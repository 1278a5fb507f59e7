//! drizzle: `<tag>.sql`, in the order of `meta/_journal.json`; from drizzle-kit 1.0 on
//! `<timestamp>_<name>/migration.sql`.
//!
//! The rules are those of `readMigrationFiles` in `drizzle-orm/src/migrator.ts`: the journal's entries in
//! the order in which they stand (`idx` is not looked at), each of which must have its file; files that
//! the journal does not name are nothing. Without a journal (branch `beta` of the same file) directories
//! with a `migration.sql` in the order of JavaScript's `localeCompare`. All pending migrations run in one
//! transaction, statement by statement (`pg-core/dialect.ts`, `migrate`), so what one of them does to an
//! enum is uncommitted for the next as well.
//!
//! What has been applied is told by the time alone: whatever the journal has with a `when` above the last
//! `created_at` is pending (`drizzle-orm/src/pg-core/dialect.ts`, `migrate`), which also makes the schema of the
//! history's table. The hash is the SHA-256 of the file (`migrator.ts`, `readMigrationFiles`), which nothing compares.
//! There is no lock.

#[cfg(feature = "write")]
mod journal;
mod json;

#[cfg(feature = "history")]
use std::fs;
use std::path::Path;

#[cfg(feature = "history")]
use sha2::Sha256;

use self::json::Flaw;
use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, NewFile, Prepared, Slate, WriteError, Writer, ended,
    number::{self, First},
};
use crate::files::FolderError;
use crate::files::order::collate;
use crate::files::{Entry, Found, Rank, Reader, Seen, Sign, unreadable, whole_files};
use crate::ground::{Migration, Tool, Transaction, sort};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Row, Unreadable, hex, sorted};
#[cfg(feature = "write")]
use crate::text::script::chunks;

/// Where the journal is, below the root.
const JOURNAL: &str = "meta/_journal.json";

/// The tool.
pub(super) struct Drizzle;

impl Rules for Drizzle {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        if seen.reader.exists(JOURNAL) {
            return Some(Sign::file(JOURNAL));
        }
        let (directory, path) = seen.directory_with("migration.sql")?;
        let has_snapshot = seen.reader.exists(directory.path.join("snapshot.json"));
        has_snapshot.then(|| Sign::new(Rank::Layout, path))
    }

    fn takes(&self) -> &'static str {
        "the files that `meta/_journal.json` names, or `<time>_<name>/migration.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let found =
            if reader.exists(JOURNAL) { from_journal(reader)? } else { from_directories(reader) };
        let loaded = reader.load(Tool::Drizzle, found, Vec::new())?;
        Ok(whole_files(loaded, &|_| Transaction::Explicit))
    }

    fn running(&self) -> Running {
        Running {
            together: true,
            choices: &[Around::File, Around::All],
            ..Running::each(Transaction::Explicit, Outside::Never)
        }
    }
}

#[cfg(feature = "write")]
impl Writer for Drizzle {
    fn left_out(&self) -> Option<&'static str> {
        Some(
            "drizzle's snapshot of the schema is left as it is: the next `drizzle-kit generate` will want to make \
             the same change, which `drizzle-kit generate --custom` avoids",
        )
    }

    /// As drizzle-kit (`src/utils/words.ts`, `prepareMigrationMetadata`, and `src/cli/commands/generate-common.ts`,
    /// `writeResult`): the next number or the time, as the last tag has it. There is no way down.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        if draft.up.contains(BREAKPOINT) {
            let reason = format!("it cuts the text at each `{BREAKPOINT}`");
            return Err(WriteError::Text { tool: Tool::Drizzle, reason });
        }
        let slug = draft.slug();
        let up = ended(&chunks(&draft.up).join(&format!("\n{BREAKPOINT}\n")));
        let up = if up.trim().is_empty() { ended(&draft.up) } else { up };
        let last = slate.last_version().map(|tag| {
            let time = number::time_prefix(tag);
            let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
            tag.get(..time.max(digits)).unwrap_or_default()
        });
        // What has a directory for each migration has no journal.
        if slate.migrations.is_empty() || slate.root.join(JOURNAL).is_file() {
            let (version, paths) = slate.place(last, First::Number("0000"), |version| {
                vec![format!("{version}_{slug}.sql").into()]
            })?;
            let tag = format!("{version}_{slug}");
            let journal = journal::with_entry_of(slate, &tag)?;
            let files = paths.into_iter().map(|path| NewFile::new(path, up.as_str()));
            return Ok(Prepared {
                version: tag,
                files: files.chain([journal]).collect(),
                up,
                down: None,
            });
        }
        let (version, paths) =
            slate.place(last, First::Time, |version| vec![format!("{version}_{slug}").into()])?;
        let files =
            paths.into_iter().map(|path| NewFile::new(path.join("migration.sql"), up.as_str()));
        Ok(Prepared {
            version: format!("{version}_{slug}"),
            files: files.collect(),
            up,
            down: None,
        })
    }
}

#[cfg(feature = "history")]
impl History for Drizzle {
    fn table(&self) -> Option<&'static str> {
        Some("__drizzle_migrations")
    }

    fn schema(&self) -> Option<&'static str> {
        Some("drizzle")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["created_at", "hash"]
    }

    /// The version is the time, until the journal tells what that is.
    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let record = |row: Row| {
            let [time, hash] = row.try_into().ok()?;
            Some(time.map(|time: String| Record::applied(time, hash)))
        };
        let records: Option<Vec<Option<Record>>> =
            sorted(rows, 0).into_iter().map(record).collect();
        Some(records?.into_iter().flatten().collect())
    }

    /// The times in the journal for the tags, which are the folder's versions.
    fn spread(
        &self,
        root: &Path,
        _migrations: &[Migration],
        records: Vec<Record>,
    ) -> Result<Vec<Record>, Unreadable> {
        let path = root.join(JOURNAL);
        if !path.is_file() {
            return Err(Unreadable {
                message: "the folder has no `meta/_journal.json`, which says what is pending"
                    .to_owned(),
                help: Some("give the last applied migration with --at".to_owned()),
            });
        }
        let cannot = |reason: String| Unreadable {
            message: format!("cannot read {}: {reason}", path.display()),
            help: None,
        };
        let text = fs::read_to_string(&path).map_err(|error| cannot(error.to_string()))?;
        let entries = entries(&text).map_err(|flaw| cannot(flaw.message))?;
        let tag = |time: &str| {
            let time = time.parse::<i64>().ok()?;
            let mut entries = entries.iter();
            entries.find(|entry| entry.when == Some(time)).map(|entry| entry.tag.clone())
        };
        let of = |record: Record| match tag(&record.version) {
            Some(version) => Record { version, ..record },
            None => record,
        };
        Ok(records.into_iter().map(of).collect())
    }

    fn checksums(&self, _migration: &Migration, bytes: &[u8]) -> Vec<String> {
        vec![hex::<Sha256>(bytes)]
    }

    /// It compares with the time of the last one.
    fn on_late(&self) -> Reaction {
        Reaction::PassesOver
    }
}

/// A migration, as the journal has it.
struct Tagged {
    tag: String,
    /// The byte of the journal at which the tag stands.
    at: usize,
    /// When it was made, in milliseconds since 1970.
    #[cfg(feature = "history")]
    when: Option<i64>,
}

/// The journal's entries.
fn entries(journal: &str) -> Result<Vec<Tagged>, Flaw> {
    let journal = json::parse(journal)?;
    let Some(entries) = journal.get("entries") else {
        return Err(Flaw::new(journal.range.start, "there is no list `entries`"));
    };
    let Some(list) = entries.items() else {
        return Err(Flaw::new(entries.range.start, "`entries` is not a list"));
    };
    let mut entries = Vec::with_capacity(list.len());
    for entry in list {
        let tag = entry.get("tag").and_then(|tag| Some((tag.text()?.to_owned(), tag.range.start)));
        let Some((tag, at)) = tag else {
            return Err(Flaw::new(entry.range.start, "the entry has no `tag`"));
        };
        entries.push(Tagged {
            tag,
            at,
            #[cfg(feature = "history")]
            when: entry.get("when").and_then(json::Node::whole),
        });
    }
    Ok(entries)
}

fn from_journal(reader: &mut Reader) -> Result<Vec<Found<usize>>, FolderError> {
    let Some(journal) = reader.read_one(Path::new(JOURNAL))? else { return Ok(Vec::new()) };
    let entries = match entries(&journal.text) {
        Ok(entries) => entries,
        Err(Flaw { at, message }) => {
            let finding = unreadable(&journal, at, "the journal cannot be read");
            reader.findings.push(finding.with_label(message));
            return Ok(Vec::new());
        }
    };
    let mut found = Vec::with_capacity(entries.len());
    for (index, Tagged { tag, at, .. }) in entries.into_iter().enumerate() {
        let name = format!("{}.sql", tag.trim_start_matches('/'));
        if reader.exists(&name) {
            let entry = Entry { path: name.clone().into(), name, directory: false, link: false };
            found.push(Found::sql(index, tag, entry));
        } else {
            let message = format!("the journal names `{tag}`, but there is no `{name}`");
            let finding = unreadable(&journal, at, message);
            reader
                .findings
                .push(finding.with_help("restore the file, or drop the journal's entry"));
        }
    }
    Ok(found)
}

fn from_directories(reader: &mut Reader) -> Vec<Found<usize>> {
    let mut directories = reader.directories();
    directories.retain(|entry| reader.exists(entry.path.join("migration.sql")));
    sort(&mut directories, &mut |a, b| collate(&a.name, &b.name));
    let mut found = Vec::with_capacity(directories.len());
    for entry in directories {
        found.push(Found::directory(found.len(), entry.name.clone(), entry, "migration.sql"));
    }
    found
}

#[cfg(feature = "write")]
/// What stands between statements; drizzle cuts the text there, wherever that is.
const BREAKPOINT: &str = "--> statement-breakpoint";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open, open_as, steps};

    #[test]
    fn the_journal_decides() {
        let folder = open(&[
            ("0000_z.sql", "z"),
            ("0001_a.sql", "a"),
            ("0002_stray.sql", "in no journal"),
            (
                JOURNAL,
                r#"{"version": "7", "entries": [
                    {"idx": 1, "when": 2, "tag": "0001_a", "breakpoints": true},
                    {"idx": 0, "when": 1, "tag": "0000_z", "breakpoints": true}]}"#,
            ),
        ]);
        assert_eq!(folder.tool, Tool::Drizzle);
        assert_eq!(steps(&folder), ["0001_a Explicit: a", "0000_z Explicit: z"]);
        assert_eq!(names(&folder), ["0001_a.sql", "0000_z.sql"]);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn a_file_is_missing() {
        let folder = open(&[(JOURNAL, "{\"entries\": [\n{\"tag\": \"0000_z\"}]}")]);
        assert_eq!(
            findings(&folder),
            ["meta/_journal.json:2: the journal names `0000_z`, but there is no `0000_z.sql`"]
        );
    }

    #[test]
    fn the_journal_is_none() {
        for (text, line) in [("", 1), ("{", 1), ("[]", 1), ("{\n\"entries\": 3}", 2)] {
            let folder = open(&[(JOURNAL, text)]);
            let message = format!("meta/_journal.json:{line}: the journal cannot be read");
            assert_eq!(findings(&folder), [message], "{text:?}");
        }
    }

    #[test]
    fn directories_since_1_0() {
        let folder = open(&[
            ("20250102000000_b/migration.sql", "b"),
            ("20250102000000_b/snapshot.json", "{}"),
            ("20250101000000_a/migration.sql", "a"),
            ("20250101000000_a/snapshot.json", "{}"),
            ("relations/notes.md", ""),
        ]);
        assert_eq!(folder.tool, Tool::Drizzle);
        assert_eq!(
            steps(&folder),
            ["20250101000000_a Explicit: a", "20250102000000_b Explicit: b"]
        );
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn an_empty_folder() {
        assert_eq!(steps(&open_as(Tool::Drizzle, &[])), [""; 0]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::{written, written_as};

        assert_eq!(written(Tool::Drizzle, &[]), ["0000_add_x.sql", "meta/_journal.json", "up;"]);
        assert_eq!(
            written(Tool::Drizzle, &[("20240101000000_a/migration.sql", "")]),
            ["20250304050607_add_x/migration.sql", "up;"]
        );
        let journal = (JOURNAL, r#"{"entries":[{"idx":7,"tag":"0007_a"}]}"#);
        assert_eq!(
            written_as(Tool::Drizzle, &[("0007_a.sql", ""), journal], "SELECT ';';\nb;", ""),
            ["0008_add_x.sql", "meta/_journal.json", "SELECT ';';\n--> statement-breakpoint\nb;"]
        );
        let refused = written_as(Tool::Drizzle, &[], &format!("SELECT '{BREAKPOINT}';"), "");
        assert!(refused[0].starts_with("drizzle would not"), "{refused:?}");
    }
}
