//! refinery: `refinery_schema_history`.
//!
//! The table is that of `refinery_core/src/traits/mod.rs`, `ASSERT_MIGRATIONS_TABLE_QUERY`, and the row that
//! of `insert_migration_query`: the time is text, as RFC 3339 has it. The checksum is what `SipHash` 1-3 makes
//! of name, version and text as Rust hashes those (`runner.rs`, `Migration::unapplied`); the version is an
//! `i32`, or an `i64` with the feature `int8-versions`, and the column's type says which. There is no lock.

use std::hash::{Hash, Hasher};

use pg_enum_migrations::folder::Migration;
use siphasher::sip::SipHasher13;

use super::{Record, Row, Table, sorted};

pub(super) const COLUMNS: [&str; 2] = ["version", "checksum"];

pub(super) fn records(rows: Vec<Row>) -> Option<Vec<Record>> {
    let record = |row: Row| {
        let [version, checksum] = row.try_into().ok()?;
        Some(Record::applied(version?, checksum))
    };
    sorted(rows, 0).into_iter().map(record).collect()
}

/// With the version in either width.
pub(super) fn checksums(migration: &Migration, bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let of = |version: &dyn Fn(&mut SipHasher13)| {
        let mut hasher = SipHasher13::new();
        name(migration).hash(&mut hasher);
        version(&mut hasher);
        (*text).hash(&mut hasher);
        hasher.finish().to_string()
    };
    let narrow = migration.version.parse::<i32>().ok();
    let wide = migration.version.parse::<i64>().ok();
    let narrow = narrow.map(|version| of(&|hasher| version.hash(hasher)));
    let wide = wide.map(|version| of(&|hasher| version.hash(hasher)));
    narrow.into_iter().chain(wide).collect()
}

/// What stands between the version and the extension.
pub(super) fn name(migration: &Migration) -> &str {
    let file = migration.name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.split_once("__").map_or("", |(_, name)| name)
}

pub(super) fn stamp(table: &Table) -> String {
    format!(
        "INSERT INTO {table} (version, name, applied_on, checksum)
         VALUES ($1::bigint, $2,
           pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), $3)"
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pg_enum_migrations::folder::{Part, Script, Source, Transaction};

    use super::*;

    fn migration(version: &str, name: &str) -> Migration {
        let source = Arc::new(Source { path: name.into(), text: String::new() });
        Migration {
            version: version.to_owned(),
            name: name.to_owned(),
            up: Part::Sql(Script { source, range: 0..0 }),
            down: None,
            transaction: Transaction::Explicit,
        }
    }

    #[test]
    fn the_checksums_are_refinerys() {
        // What `Migration::unapplied(…).checksum()` of refinery-core 0.10 is, without the feature and with it.
        let first = migration("1", "sql/V1__initial.sql");
        assert_eq!(
            checksums(&first, b"CREATE TYPE mood AS ENUM ('sad');\n"),
            ["11633519601802490539", "10539366427956772492"]
        );
        let second = migration("20", "V20__a_b.sql");
        assert_eq!(checksums(&second, b""), ["347619504266079504", "10293295965971917934"]);
    }
}
