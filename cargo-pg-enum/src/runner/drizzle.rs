//! drizzle: `drizzle.__drizzle_migrations`.
//!
//! What has been applied is told by the time alone: whatever the journal has with a `when` above the last
//! `created_at` is pending (`drizzle-orm/src/pg-core/dialect.ts`, `migrate`). The hash is the SHA-256 of the
//! file (`migrator.ts`, `readMigrationFiles`), which nothing compares. There is no lock.

use std::fs;

use pg_enum_migrations::Folder;
use serde::Deserialize;
use sha2::Sha256;

use super::checksum::hex;
use super::{Record, Row, sorted};
use crate::failure::Failure;

#[derive(Deserialize)]
struct Journal {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    when: i64,
    tag: String,
}

pub(super) const COLUMNS: [&str; 2] = ["created_at", "hash"];

/// The version is the time, until the journal tells what that is.
pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
    let record = |row: Row| {
        let [time, hash] = row.try_into().ok()?;
        Some(time.map(|time: String| Record::applied(time, hash)))
    };
    let records: Option<Vec<Option<Record>>> = sorted(rows, 0).into_iter().map(record).collect();
    Some(records?.into_iter().flatten().collect())
}

/// The times in the journal for the tags, which are the folder's versions.
pub(super) fn spread(folder: &Folder, records: Vec<Record>) -> Result<Vec<Record>, Failure> {
    let Some(entries) = journal(folder)? else {
        return Err(Failure::new(
            "the folder has no `meta/_journal.json`, which says what is pending",
        )
        .with_help("say with --at which migration was the last one to be applied"));
    };
    let tag = |time: &str| {
        let time = time.parse::<i64>().ok()?;
        entries.iter().find(|entry| entry.when == time).map(|entry| entry.tag.clone())
    };
    let of = |record: Record| match tag(&record.version) {
        Some(version) => Record { version, ..record },
        None => record,
    };
    Ok(records.into_iter().map(of).collect())
}

fn journal(folder: &Folder) -> Result<Option<Vec<Entry>>, Failure> {
    let path = folder.root.join("meta/_journal.json");
    if !path.is_file() {
        return Ok(None);
    }
    let cannot = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot read {}: {error}", path.display()))
    };
    let text = fs::read_to_string(&path).map_err(|error| cannot(&error))?;
    let journal: Journal = serde_json::from_str(&text).map_err(|error| cannot(&error))?;
    Ok(Some(journal.entries))
}

pub(super) fn checksums(bytes: &[u8]) -> Vec<String> {
    vec![hex::<Sha256>(bytes)]
}
