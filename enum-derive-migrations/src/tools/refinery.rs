//! refinery: `V<version>__<name>.sql` or `U…`, and the same with `.rs`.
//!
//! The rules are those of `refinery_core/src/util.rs`: files of the folder and of all below it (links to
//! directories are not followed), whose whole name matches the pattern: so a hyphen or a space in it means
//! that it is passed over. The version is an `i32`, or an `i64` with the feature `int8-versions`; the
//! pattern lets `1.2` through, and parsing refuses it. `U` is no undo: it is a migration like `V`, and on a
//! fresh database in the same order (`traits/mod.rs`, `verify_migrations`); what sets it apart is that it
//! may be added later. Each file is sent as one string inside a transaction (`drivers/postgres.rs`). Two of
//! one version violate the primary key of the history.
//!
//! The history's table is that of `refinery_core/src/traits/mod.rs`, `ASSERT_MIGRATIONS_TABLE_QUERY`, and the row that
//! of `insert_migration_query`: the time is text, as RFC 3339 has it. The checksum is what `SipHash` 1-3 makes
//! of name, version and text as Rust hashes those (`runner.rs`, `Migration::unapplied`); the column's type says how
//! wide the version is. There is no lock.

#[cfg(feature = "history")]
use siphasher::sip::SipHasher13;
use std::collections::HashSet;
#[cfg(feature = "history")]
use std::hash::{Hash, Hasher};

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, in_files, number::First};
use crate::files::FolderError;
use crate::files::{Entry, Found, Manifest, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Row, Target, Value, is_same_number, sorted};

/// The tool.
pub(super) struct Refinery;

impl Rules for Refinery {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let mut names = Vec::new();
        for entry in seen.both() {
            names.extend(parse(&entry.name).map(|name| (entry, name)));
        }
        let in_root = seen.files.iter().any(|entry| parse(&entry.name).is_some());
        let (first, _) = names.first().filter(|_| seen.numbered.is_empty() || in_root)?;
        let is_rust = names.iter().any(|(_, name)| name.extension == "rs")
            || seen.both().iter().any(|entry| entry.name == "mod.rs");
        if is_rust {
            return Some(Sign::new(Rank::Names, &*first.name));
        }
        // To Flyway, a `U` undoes the `V` of its version.
        let versions = |prefix| {
            let mut versions = HashSet::new();
            for (_, name) in &names {
                if name.prefix == prefix {
                    versions.insert(name.version.to_owned());
                }
            }
            versions
        };
        let undos = versions('U');
        if !undos.is_disjoint(&versions('V')) {
            return None;
        }
        if !undos.is_empty() {
            return Some(Sign::new(Rank::Alike, "a `U` of it has no `V` of the same version"));
        }
        let mut files: Vec<&Entry> = Vec::with_capacity(names.len());
        for (entry, _) in &names {
            files.push(entry);
        }
        let has_placeholders = || seen.heads_of(&files).iter().any(|text| text.contains("${"));
        let is_rust = seen.manifest() == Some(Manifest::Cargo) && !has_placeholders();
        is_rust.then(|| Sign::new(Rank::Alike, "the nearest manifest above it is a Cargo.toml"))
    }

    fn takes(&self) -> &'static str {
        "`V<version>__<name>.sql` and `U<version>__<name>.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut found = Vec::new();
        for entry in reader.walk(&|directory| !directory.link)? {
            let Some(Name { version, extension, .. }) = parse(&entry.name) else { continue };
            let code = extension == "rs";
            match version.parse::<i64>() {
            Ok(key) => found.push(Found { code, ..Found::sql(key, version.to_owned(), entry) }),
            Err(_) => reader.report(
                &entry.path,
                format!("refinery refuses the version `{version}`"),
                "it takes whole numbers up to 2147483647, or with the feature `int8-versions` up to \
                 9223372036854775807",
            ),
        }
        }
        let loaded = reader.load(Tool::Refinery, found, Vec::new())?;
        Ok(whole_files(loaded, &|_| Transaction::Explicit))
    }

    fn running(&self) -> Running {
        Running { sends_strings: true, ..Running::each(Transaction::Explicit, Outside::Never) }
    }
}

#[cfg(feature = "write")]
impl Writer for Refinery {
    /// The next number. There is no way down.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let (slug, beside) = (draft.slug(), slate.beside_last());
        let (version, paths) =
            slate.place(slate.last_version(), First::Number("1"), |version| {
                vec![beside.join(format!("V{version}__{slug}.sql"))]
            })?;
        Ok(in_files(version, draft, &paths))
    }
}

#[cfg(feature = "history")]
impl History for Refinery {
    fn table(&self) -> Option<&'static str> {
        Some("refinery_schema_history")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["version", "checksum"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        let record = |row: Row| {
            let [version, checksum] = row.try_into().ok()?;
            Some(Record::applied(version?, checksum))
        };
        sorted(rows, 0).into_iter().map(record).collect()
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        is_same_number(record, migration)
    }

    /// With the version in either width.
    fn checksums(&self, migration: &Migration, bytes: &[u8]) -> Vec<String> {
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

    /// `DivergentVersion`.
    fn on_changed(&self) -> Reaction {
        Reaction::Refuses
    }

    /// `MissingVersion`.
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    /// `MissingVersion`.
    fn on_late(&self) -> Reaction {
        Reaction::Refuses
    }

    fn row(
        &self,
        migration: &Migration,
        checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        let sql = format!(
            "INSERT INTO {} (version, name, applied_on, checksum)
             VALUES ($1::bigint, $2,
               pg_catalog.to_char(pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), $3)",
            target.table
        );
        // The column says whether the versions are wide, and the checksum is of one so wide.
        let checksum = if target.has_wide_versions { checksums.last() } else { checksums.first() };
        let version = ("version", migration.version.clone());
        Some((
            sql,
            vec![version, ("name", name(migration).to_owned()), ("checksum", checksum?.clone())],
        ))
    }
}

/// What the name of a file says.
struct Name<'a> {
    prefix: char,
    version: &'a str,
    extension: &'a str,
}

fn parse(name: &str) -> Option<Name<'_>> {
    let (stem, extension) = name.rsplit_once('.')?;
    let prefix = stem.chars().next().filter(|prefix| matches!(prefix, 'V' | 'U'))?;
    let (version, name) = stem.get(1..)?.split_once("__")?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let matches = matches!(extension, "sql" | "rs")
        && version
            .split_once('.')
            .map_or(number(version), |(whole, part)| number(whole) && number(part))
        && !name.is_empty()
        && name.chars().all(|char| char.is_alphanumeric() || char == '_');
    matches.then_some(Name { prefix, version, extension })
}

/// What stands between the version and the extension.
#[cfg(feature = "history")]
fn name(migration: &Migration) -> &str {
    let file = migration.name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.split_once("__").map_or("", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open_as, steps};

    #[test]
    fn v_and_u_are_one_list() {
        let folder = open_as(
            Tool::Refinery,
            &[
                ("V10__d.sql", "d"),
                ("V9__c.sql", "c"),
                ("U2__b.sql", "b"),
                ("deeper/.still/V1__a.sql", "a"),
                ("V3__in_rust.rs", ""),
                ("mod.rs", ""),
                ("V4__not-a-word.sql", ""),
                ("V5_one_underscore.sql", ""),
                ("V6__.sql", ""),
                ("v7__x.sql", ""),
                ("R__x.sql", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1 Explicit: a",
                "2 Explicit: b",
                "3 Explicit: <V3__in_rust.rs>",
                "9 Explicit: c",
                "10 Explicit: d",
            ]
        );
    }

    #[test]
    fn versions_are_whole_and_used_once() {
        let folder =
            open_as(Tool::Refinery, &[("V1.5__a.sql", ""), ("V2__b.sql", ""), ("U2__c.sql", "")]);
        assert_eq!(
            findings(&folder),
            [
                "V1.5__a.sql:1: refinery refuses the version `1.5`",
                "V2__b.sql:1: `V2__b.sql` has the version of `U2__c.sql`, and refinery does not apply two \
                 migrations with one version",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Refinery, files);
        assert_eq!(written(&[]), ["V1__add_x.sql", "up;"]);
        assert_eq!(written(&[("V9__a.sql", ""), ("U3__b.sql", "")]), ["V10__add_x.sql", "up;"]);
        assert_eq!(written(&[("sql/V01__a.rs", "")]), ["sql/V02__add_x.sql", "up;"]);
    }

    #[cfg(feature = "history")]
    fn migration(version: &str, name: &str) -> Migration {
        use std::sync::Arc;

        use crate::ground::{Script, Source};

        let source = Arc::new(Source { path: name.into(), text: String::new() });
        Migration {
            version: version.to_owned(),
            name: name.to_owned(),
            up: Script::whole(source),
            down: None,
            transaction: Transaction::Explicit,
        }
    }

    #[test]
    #[cfg(feature = "history")]
    fn the_checksums_are_refinerys() {
        // What `Migration::unapplied(…).checksum()` of refinery-core 0.10 is, without the feature and with it.
        let first = migration("1", "sql/V1__initial.sql");
        assert_eq!(
            Refinery.checksums(&first, b"CREATE TYPE mood AS ENUM ('sad');\n"),
            ["11633519601802490539", "10539366427956772492"]
        );
        let second = migration("20", "V20__a_b.sql");
        assert_eq!(
            Refinery.checksums(&second, b""),
            ["347619504266079504", "10293295965971917934"]
        );
    }
}
