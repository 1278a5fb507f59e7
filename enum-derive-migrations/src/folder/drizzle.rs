//! drizzle: `<tag>.sql`, in the order of `meta/_journal.json`; from drizzle-kit 1.0 on
//! `<timestamp>_<name>/migration.sql`.
//!
//! The rules are those of `readMigrationFiles` in `drizzle-orm/src/migrator.ts`: the journal's entries in
//! the order in which they stand (`idx` is not looked at), each of which must have its file; files that
//! the journal does not name are nothing. Without a journal (branch `beta` of the same file) directories
//! with a `migration.sql` in the order of JavaScript's `localeCompare`. All pending migrations run in one
//! transaction, statement by statement (`pg-core/dialect.ts`, `migrate`), so what one of them does to an
//! enum is uncommitted for the next as well.

use std::path::Path;

use serde::Deserialize;

use super::order::collate;
use super::read::{Entry, Found, Reader, unreadable};
use super::{FolderError, Migration, Tool, Transaction};

/// Where the journal is, below the root.
pub(super) const JOURNAL: &str = "meta/_journal.json";

#[derive(Deserialize)]
struct Journal {
    entries: Vec<Tag>,
}

#[derive(Deserialize)]
struct Tag {
    tag: String,
}

pub(super) fn read(reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
    let found =
        if reader.exists(JOURNAL) { from_journal(reader)? } else { from_directories(reader) };
    let loaded = reader.load(Tool::Drizzle, found, Vec::new())?.into_iter();
    Ok(loaded.map(|migration| migration.whole(|_| Transaction::Explicit)).collect())
}

fn from_journal(reader: &mut Reader) -> Result<Vec<Found<usize>>, FolderError> {
    let Some(journal) = reader.read_one(Path::new(JOURNAL))? else { return Ok(Vec::new()) };
    let entries = match serde_json::from_str::<Journal>(&journal.text) {
        Ok(Journal { entries }) => entries,
        Err(error) => {
            let line = journal.text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let finding =
                unreadable(&journal, line.map(str::len).sum(), "the journal cannot be read");
            reader.findings.push(finding.with_label(error.to_string()));
            return Ok(Vec::new());
        }
    };
    let mut found = Vec::with_capacity(entries.len());
    for (index, Tag { tag }) in entries.into_iter().enumerate() {
        let name = format!("{}.sql", tag.trim_start_matches('/'));
        if reader.exists(&name) {
            let entry = Entry { path: name.clone().into(), name, directory: false, link: false };
            found.push(Found::sql(index, tag, entry));
        } else {
            let at = journal.text.find(&format!("\"{tag}\"")).unwrap_or_default();
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
    let mut directories: Vec<Entry> = reader.directories().collect();
    directories.retain(|entry| reader.exists(entry.path.join("migration.sql")));
    directories.sort_by(|a, b| collate(&a.name, &b.name));
    let found = directories.into_iter().enumerate();
    let found = found
        .map(|(index, entry)| Found::directory(index, entry.name.clone(), entry, "migration.sql"));
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, names, open, open_as, steps};
    use super::*;

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
}
