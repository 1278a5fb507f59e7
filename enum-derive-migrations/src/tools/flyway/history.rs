//! The rows of Flyway's history, and what they come to.

use super::REPEATABLE;
use crate::ground::Migration;
use crate::history::{Outcome, Record, Row, Target, Value, crc32, flag, sorted};

/// What stands before the version of a baseline.
const BASELINE: &str = "up to ";

pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    for row in sorted(rows, 0) {
        let [_, version, description, kind, checksum, success] = row.try_into().ok()?;
        let (description, kind, success) = (description?, kind?, flag(&success?));
        let name = match &version {
            Some(version) => version.clone(),
            None => format!("{REPEATABLE}{description}"),
        };
        let same = |record: &Record| match &version {
            Some(version) => parts(&record.version) == parts(version),
            None => record.version == name,
        };
        match &*kind {
            // It makes schemas, and is no migration.
            "SCHEMA" => continue,
            "UNDO_SQL" | "UNDO_JDBC" | "UNDO_SPRING_JDBC" | "UNDO_SCRIPT" | "DELETE" if success => {
                records.retain(|record| !same(record));
                continue;
            }
            "BASELINE" | "SQL_BASELINE" | "JDBC_BASELINE" => {
                records.push(Record::applied(format!("{BASELINE}{name}"), None));
                continue;
            }
            _ => {}
        }
        records.retain(|record| !same(record));
        let outcome = if success { Outcome::Applied } else { Outcome::Failed("failed") };
        records.push(Record { version: name, outcome, checksum });
    }
    Some(records)
}

/// A baseline stands for all that is not above it.
pub(super) fn spread(migrations: &[Migration], records: Vec<Record>) -> Vec<Record> {
    let mut all = Vec::with_capacity(records.len());
    for record in records {
        let Some(baseline) = record.version.strip_prefix(BASELINE) else {
            all.push(record);
            continue;
        };
        let below = migrations.iter().filter(|migration| {
            !migration.version.starts_with(REPEATABLE)
                && numbers(&migration.version) <= numbers(baseline)
        });
        all.extend(below.map(|migration| Record::applied(&*migration.version, None)));
    }
    all
}

/// A version to compare: numbers that may have any length compare by that first.
fn numbers(version: &str) -> Vec<(usize, &str)> {
    parts(version).into_iter().map(|part| (part.len(), part)).collect()
}

/// The numbers of a version, without the zeros at its end.
fn parts(version: &str) -> Vec<&str> {
    let mut parts: Vec<&str> =
        version.split(['.', '_']).map(|part| part.trim_start_matches('0')).collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

pub(super) fn is(record: &Record, migration: &Migration) -> bool {
    if let Some(description) = record.version.strip_prefix(REPEATABLE) {
        let ours = migration.version.strip_prefix(REPEATABLE);
        return ours.is_some_and(|ours| ours.replace('_', " ") == description.replace('_', " "));
    }
    !migration.version.starts_with(REPEATABLE)
        && parts(&record.version) == parts(&migration.version)
}

pub(super) fn checksums(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).replace("\r\n", "\n");
    let lines = text.split(['\n', '\r']).map(str::as_bytes);
    vec![crc32(lines).cast_signed().to_string()]
}

const LOCK: i64 = (0x46 << 40) + (0x6c << 32) + (0x79 << 24) + (0x77 << 16) + (0x61 << 8) + 0x79;

pub(super) fn lock_key(schema: &str, table: &str) -> i64 {
    let hash = format!("\"{schema}\".\"{table}\"")
        .encode_utf16()
        .fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)));
    LOCK + i64::from(hash)
}

/// What stands between the version and the extension (`ResourceNameParser`).
fn description(migration: &Migration) -> String {
    let file = migration.name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.split_once("__").map_or("", |(_, name)| name).replace('_', " ")
}

pub(super) fn row(
    migration: &Migration,
    checksums: &[String],
    target: Target<'_>,
) -> Option<(String, Vec<Value>)> {
    // A repeatable one has no version, and runs whenever it is another one.
    if migration.version.starts_with(REPEATABLE) {
        return None;
    }
    let table = target.table;
    let sql = format!(
    "INSERT INTO {table} (installed_rank, version, description, type, script, checksum,
       installed_by, execution_time, success)
     SELECT coalesce(max(installed_rank), 0) + 1, $1, $2, 'SQL', $3, $4::integer, current_user, 0, true
     FROM {table}"
);
    let version = ("version", migration.version.clone());
    let description = ("description", description(migration));
    let script = ("script", migration.name.clone());
    Some((sql, vec![version, description, script, ("checksum", checksums.first()?.clone())]))
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_their_numbers() {
        assert_eq!(parts("001_010.0"), parts("1.10"));
        assert_ne!(parts("1.1"), parts("1.10"));
        assert!(numbers("1.9") < numbers("1.10"));
        assert!(numbers("1") < numbers("1.0.1"));
    }

    #[test]
    fn line_ends_do_not_matter() {
        // The CRC-32 of `SELECT 1;SELECT 2;`.
        let sum = checksums(b"SELECT 1;\nSELECT 2;\n");
        assert_eq!(sum, checksums("\u{feff}SELECT 1;\r\nSELECT 2;".as_bytes()));
        assert_eq!(sum, [crc32([&b"SELECT 1;SELECT 2;"[..]]).cast_signed().to_string()]);
        assert_eq!(checksums(b"123456789"), [0xcbf4_3926_u32.cast_signed().to_string()]);
    }

    #[test]
    fn the_key_has_javas_hash() {
        // `"\"public\".\"flyway_schema_history\"".hashCode()` is 2125624436.
        assert_eq!(lock_key("public", "flyway_schema_history"), LOCK + 2_125_624_436);
        assert_eq!(LOCK, 77_431_708_279_161);
    }
}
