//! Flyway: `V<version>__<description>.sql`, `R__<description>.sql`, `U…`, `B…`.
//!
//! The rules are those of `flyway-core`, with its default prefixes, separator and suffix:
//! `ResourceNameParser.java` (a name that does not fit is passed over; the suffix's case does not matter;
//! a version needs no description), `MigrationVersion.java` (numbers in parts, see [`Dotted`]),
//! `FileSystemScanner.java` (all directories below, links followed, hidden ones not) and
//! `ResolvedMigrationComparator.java`: first what has a version, in its order, then the repeatable ones by
//! their descriptions. Two of one version or description are refused (`CompositeMigrationResolver.java`).
//!
//! The list is what a fresh database gets: from the latest `B` on, without the `V` up to its version
//! (Flyway's documentation, "Baseline migrations"). `U` undoes the `V` of its version. Callbacks such as
//! `afterMigrate.sql` are no migrations and left out.
//!
//! A migration runs in a transaction unless its `.sql.conf` has `executeInTransaction=false`
//! (`SqlScriptMetadata.java`) or Flyway finds a statement that cannot, `CREATE INDEX CONCURRENTLY` for one
//! (`PostgreSQLParser.java`, `detectCanExecuteInTransaction`); the latter is not looked for here.
//!
//! The history's table is that of `PostgreSQLDatabase.getRawCreateScript`. A repeatable migration has no version, and runs
//! again whenever its checksum is another one. Rows of a way down and of `repair` take back what comes before them
//! (`JdbcTableSchemaHistory`, `CoreMigrationType`); those of a baseline stand for all versions up to theirs.
//! The checksum is the CRC-32 of the lines without their ends, as a signed number
//! (`internal/resolver/ChecksumCalculator.java`); with placeholders in a repeatable migration it is another
//! one. The lock's key is that of `PostgreSQLAdvisoryLockTemplate`, with Java's hash of the table's name.

#[cfg(feature = "history")]
mod history;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::rules::{Between, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer, in_files, number::First};
use crate::files::FolderError;
use crate::files::order::Dotted;
use crate::files::{Found, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::{History, Reaction, Record, Row, Target, Unreadable, Value};

/// Where a migration belongs: those without a version come last.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Version(Dotted),
    Repeatable(String),
}

/// What stands before the description of a repeatable migration.
const REPEATABLE: &str = "R__";

/// What the name of a file says.
struct Name<'a> {
    prefix: char,
    /// Empty for repeatable migrations.
    version: &'a str,
    described: bool,
    description: &'a str,
    code: bool,
    key: Key,
}

/// The tool.
pub(super) struct Flyway;

impl Rules for Flyway {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let in_root =
            seen.files.iter().any(|entry| parse(&entry.name).is_some_and(|name| name.described));
        let mut named = Vec::new();
        for entry in seen.both() {
            let name = parse(&entry.name).filter(|name| name.described);
            named.extend(name.map(|name| (entry, name)));
        }
        let (first, _) = named.first().filter(|_| seen.numbered.is_empty() || in_root)?;
        let versions = |prefix| {
            let mut versions = HashSet::new();
            for (_, name) in &named {
                if name.prefix == prefix {
                    versions.insert(name.version.to_owned());
                }
            }
            versions
        };
        let own = named.iter().any(|(_, name)| name.is_own())
            || seen.both().iter().any(|entry| entry.name.ends_with(".sql.conf"))
            || !versions('V').is_disjoint(&versions('U'));
        let sign = if own {
            Sign::new(Rank::Names, &*first.name)
        } else {
            Sign::new(
                Rank::Alike,
                "its names are those of Flyway and of refinery, and no Cargo.toml is above it",
            )
        };
        Some(sign)
    }

    fn takes(&self) -> &'static str {
        "`V<version>__<description>.sql` and `R__<description>.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let files = reader.walk(&|directory| !directory.is_hidden())?;
        let mut paths = HashSet::new();
        for entry in &files {
            paths.insert(entry.path.clone());
        }

        let (mut found, mut baselines, mut downs) = (Vec::new(), Vec::new(), Vec::new());
        let mut per_statement = HashSet::new();
        for entry in files {
            let Some(Name { prefix, version, code, key, .. }) = parse(&entry.name) else {
                continue;
            };
            let version = version.replace('_', ".");
            let settings = conf(&entry.path);
            if !code && paths.contains(&settings) && !executes_in_transaction(reader, &settings)? {
                per_statement.insert(crate::files::slashes(&entry.path));
            }
            match prefix {
                'U' => downs.push((key, entry.path)),
                'B' => baselines.push(Found::sql(key, version, entry)),
                'R' => {
                    let (stem, _) = entry.name.rsplit_once('.').unwrap_or_default();
                    let version = stem.to_owned();
                    found.push(Found { code, ..Found::sql(key, version, entry) });
                }
                _ => found.push(Found { code, ..Found::sql(key, version, entry) }),
            }
        }
        if let Some(latest) = baselines.iter().map(|baseline| baseline.key.clone()).max() {
            found.retain(|migration| migration.key > latest);
            found.extend(baselines.into_iter().filter(|baseline| baseline.key == latest));
            downs.retain(|(key, _)| *key > latest);
        }

        let loaded = reader.load(Tool::Flyway, found, downs)?;
        Ok(whole_files(loaded, &|loaded| {
            if per_statement.contains(&loaded.name) {
                Transaction::PerStatement
            } else {
                Transaction::Explicit
            }
        }))
    }

    fn is_repeatable(&self, migration: &Migration) -> bool {
        migration.version.starts_with(REPEATABLE)
    }

    fn running(&self) -> Running {
        Running {
            // It sets back what a migration has set (`PostgreSQLConnection.doRestoreOriginalState`).
            between: Between::Restored,
            placeholders: true,
            makes_schemas: true,
            ..Running::each(Transaction::Explicit, Outside::Found)
        }
    }
}

#[cfg(feature = "write")]
impl Writer for Flyway {
    /// The next `V`: of `1.9` that is `1.10`. A `U` beside it only where there are some, as the free edition
    /// has none.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        if draft.up.contains("${") || draft.down.contains("${") {
            let reason = "it replaces `${…}`".to_owned();
            return Err(WriteError::Text { tool: Tool::Flyway, reason });
        }
        let slug = draft.slug();
        // As the file has it: with its own dots or underscores.
        let last = slate.migrations.iter().rev().find_map(|migration| {
            let path = Path::new(&migration.name);
            let name = parse(path.file_name()?.to_str()?).filter(|name| name.prefix != 'R')?;
            Some((name.version, path.parent()?))
        });
        let beside = last.map_or(Path::new(""), |(_, beside)| beside);
        let undo = slate.has_undo_files();
        let (version, paths) =
            slate.place(last.map(|(version, _)| version), First::Number("1"), |version| {
                let path = |prefix| beside.join(format!("{prefix}{version}__{slug}.sql"));
                if undo { vec![path('V'), path('U')] } else { vec![path('V')] }
            })?;
        Ok(in_files(version.replace('_', "."), draft, &paths))
    }
}

#[cfg(feature = "history")]
impl History for Flyway {
    fn table(&self) -> Option<&'static str> {
        Some("flyway_schema_history")
    }

    fn columns(&self) -> &'static [&'static str] {
        &["installed_rank", "version", "description", "type", "checksum", "success"]
    }

    fn records(&self, rows: Vec<Row>) -> Option<Vec<Record>> {
        history::records(rows)
    }

    /// A baseline stands for all that is not above it.
    fn spread(
        &self,
        _root: &Path,
        migrations: &[Migration],
        records: Vec<Record>,
    ) -> Result<Vec<Record>, Unreadable> {
        Ok(history::spread(migrations, records))
    }

    fn is(&self, record: &Record, migration: &Migration) -> bool {
        history::is(record, migration)
    }

    fn checksums(&self, _migration: &Migration, bytes: &[u8]) -> Vec<String> {
        history::checksums(bytes)
    }

    /// `validateOnMigrate`.
    fn on_changed(&self) -> Reaction {
        Reaction::Refuses
    }

    /// "Detected applied migration not resolved locally".
    fn on_missing(&self) -> Reaction {
        Reaction::Refuses
    }

    /// "Detected resolved migration not applied".
    fn on_late(&self) -> Reaction {
        Reaction::Refuses
    }

    fn lock_keys(&self, _database: &str, schema: &str, table: &str) -> Vec<i64> {
        vec![history::lock_key(schema, table)]
    }

    fn row(
        &self,
        migration: &Migration,
        checksums: &[String],
        target: Target<'_>,
    ) -> Option<(String, Vec<Value>)> {
        history::row(migration, checksums, target)
    }

    fn repair(&self) -> &'static str {
        "check the state of the database, undo the migration, and then run `flyway repair`"
    }
}

impl Name<'_> {
    /// Whether refinery refuses the name or passes over it (`refinery_core/src/util.rs`).
    fn is_own(&self) -> bool {
        let is_number = self.version.bytes().all(|byte| byte.is_ascii_digit());
        let is_word = self.description.chars().all(|char| char.is_alphanumeric() || char == '_');
        self.code
            || matches!(self.prefix, 'R' | 'B')
            || !is_number
            || !is_word
            || self.description.is_empty()
    }
}

/// Migrations that are programs: Java's and its relatives' (the source or the class), and scripts
/// (`ScriptMigrationResolver.java`).
const CODE: [&str; 11] =
    ["java", "kt", "groovy", "scala", "class", "sh", "bash", "bat", "cmd", "ps1", "py"];

fn parse(name: &str) -> Option<Name<'_>> {
    let (stem, extension) = name.rsplit_once('.')?;
    let code = CODE.contains(&extension);
    if !code && !extension.eq_ignore_ascii_case("sql") {
        return None;
    }
    let prefix = stem.chars().next().filter(|prefix| matches!(prefix, 'V' | 'R' | 'U' | 'B'))?;
    let rest = stem.get(1..)?;
    let (version, description) = rest.split_once("__").unwrap_or((rest, ""));
    let key = match prefix {
        'R' if version.is_empty() && rest.starts_with("__") => {
            Key::Repeatable(description.replace('_', " "))
        }
        'R' => return None,
        _ => Key::Version(Dotted::parse(version)?),
    };
    // A class within the class of a migration is none.
    let inner = code && description.contains('$');
    (!inner).then_some(Name {
        prefix,
        version,
        described: rest.contains("__"),
        description,
        code,
        key,
    })
}

/// The file with the settings for one script.
fn conf(script: &Path) -> PathBuf {
    let mut name = script.as_os_str().to_owned();
    name.push(".conf");
    name.into()
}

fn executes_in_transaction(reader: &mut Reader, settings: &Path) -> Result<bool, FolderError> {
    let Some(settings) = reader.read_one(settings)? else { return Ok(true) };
    let off = |line: &str| {
        line.split_once('=').is_some_and(|(key, value)| {
            key.trim() == "executeInTransaction" && value.trim().eq_ignore_ascii_case("false")
        })
    };
    Ok(!settings.text.lines().any(off))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, names, open_as, steps};

    #[test]
    fn versions_in_parts_then_repeatables() {
        let folder = open_as(
            Tool::Flyway,
            &[
                ("V1_10__c.sql", "c"),
                ("V1_9__b.sql", "b"),
                ("old/V1.0__a.SQL", "a"),
                ("V2.sql", "no description"),
                ("R__zebra.sql", "z"),
                ("views/R__ant.sql", "ant"),
                ("V1_9_1__J.java", ""),
                ("V1_9_1__J$1.class", ""),
                ("R__K.kt", ""),
                (".hidden/V3__x.sql", ""),
                ("Views.sql", ""),
                ("afterMigrate.sql", ""),
                ("V1x__y.sql", ""),
                ("README.md", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1.0 Explicit: a",
                "1.9 Explicit: b",
                "1.9.1 Explicit: <V1_9_1__J.java>",
                "1.10 Explicit: c",
                "2 Explicit: no description",
                "R__K Explicit: <R__K.kt>",
                "R__ant Explicit: ant",
                "R__zebra Explicit: z",
            ]
        );
        assert_eq!(folder.findings, []);
        assert_eq!(folder.migrations[0].name, "old/V1.0__a.SQL");
    }

    #[test]
    fn undo_and_settings() {
        let folder = open_as(
            Tool::Flyway,
            &[
                ("V1__a.sql", "a"),
                ("U1.0__a.sql", "undo a"),
                ("U2__b.sql", "undoes nothing"),
                ("V3__c.sql", "c"),
                ("V3__c.sql.conf", "# why\nexecuteInTransaction = false\n"),
                ("V4__d.sql", "d"),
                ("V4__d.sql.conf", "executeInTransaction=true"),
            ],
        );
        assert_eq!(
            steps(&folder),
            ["1 Explicit: a / undo a", "3 PerStatement: c", "4 Explicit: d"]
        );
    }

    #[test]
    fn the_latest_baseline_begins() {
        let folder = open_as(
            Tool::Flyway,
            &[
                ("V1__a.sql", ""),
                ("B2__early.sql", ""),
                ("V3__b.sql", ""),
                ("B3__base.sql", ""),
                ("U3__b.sql", ""),
                ("V4__c.sql", ""),
                ("R__d.sql", ""),
            ],
        );
        assert_eq!(names(&folder), ["B3__base.sql", "V4__c.sql", "R__d.sql"]);
        assert!(folder.migrations[0].down.is_none());
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn versions_and_descriptions_are_used_once() {
        let folder = open_as(
            Tool::Flyway,
            &[("V1__a.sql", ""), ("x/V1_0__b.sql", ""), ("R__c.sql", ""), ("x/R__c.sql", "")],
        );
        assert_eq!(
            findings(&folder),
            [
                "x/V1_0__b.sql:1: `x/V1_0__b.sql` has the version of `V1__a.sql`, and flyway does not \
                 apply two migrations with one version",
                "x/R__c.sql:1: `x/R__c.sql` has the version of `R__c.sql`, and flyway does not apply two \
                 migrations with one version",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Flyway, files);
        assert_eq!(written(&[]), ["V1__add_x.sql", "up;"]);
        assert_eq!(
            written(&[("V1__a.sql", ""), ("V2__b.sql", ""), ("R__views.sql", "")]),
            ["V3__add_x.sql", "up;"]
        );
        assert_eq!(written(&[("db/V1_9__a.sql", "")]), ["db/V1_10__add_x.sql", "up;"]);
        assert_eq!(written(&[("V20240101120000__a.sql", "")])[0], "V20250304050607__add_x.sql");
        assert_eq!(
            written(&[("V1.0__a.sql", ""), ("U1.0__a.sql", "")]),
            ["V1.1__add_x.sql", "U1.1__add_x.sql", "up;", "down;"]
        );
    }

    #[test]
    fn placeholders_are_refused() {
        use crate::testing::written_as;

        assert_eq!(
            written_as(Tool::Flyway, &[], "SELECT '${x}';", ""),
            ["flyway would not apply the migration as it is meant: it replaces `${…}`"]
        );
    }
}
