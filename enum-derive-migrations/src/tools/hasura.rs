//! Hasura: `<source>/<version>_<name>/up.sql` and `down.sql`.
//!
//! The rules are those of hasura/graphql-engine at ae63c77, `cli/migrate`: in a project of version 3 the folder has a
//! directory for each source, which is a database, and that of the only one is called `default`; in one of version 2 the
//! migrations are in the folder itself. A migration is a directory `<number>_<name>` (`source/parse.go`, `Regexv2`), and
//! they run in the order of the numbers, which are the milliseconds since 1970. One without an `up.sql`, or with an empty
//! one, does nothing (`source/file/file.go`, `Scan`). Files in the folder itself, `<number>_<name>.up.sql`, are of version 1
//! and are migrations too.
//!
//! Each `up.sql` is one `run_sql`, which the server runs in a transaction
//! (`server/src-lib/Hasura/Backends/Postgres/DDL/RunSQL.hs`, `runRunSQL`). Two options of a run change that (`migrate.go`, `runMigrations`):
//! `--no-transaction`, and `--per-migration-transaction`, with which a file whose first line is
//! `-- hasura:no-transaction` is sent without one. That line is taken to mean that the option is given.
//!
//! What it has applied, Hasura keeps in its own catalog, which is not read.

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, number::First};
use crate::files::order::Digits;
use crate::files::{Body, Entry, FolderError, Found, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Source, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The source of a project that has one.
const DEFAULT: &str = "default";

/// The tool.
pub(super) struct Hasura;

impl Rules for Hasura {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let own = seen.directories.iter().find(|entry| is_own(seen.reader, entry));
        if let Some(own) = own {
            return Some(Sign::new(Rank::Layout, format!("{}/up.sql", own.name)));
        }
        seen.directories.iter().find_map(|source| {
            let below = seen.reader.list(&source.path).ok()?;
            let own = below.iter().find(|entry| entry.directory && is_own(seen.reader, entry))?;
            Some(Sign::new(Rank::Layout, format!("{}/{}/up.sql", source.name, own.name)))
        })
    }

    fn takes(&self) -> &'static str {
        "`<source>/<version>_<name>/up.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut migrations = reader.entries();
        if !migrations.iter().any(|entry| version(&entry.name).is_some()) {
            let mut sources = migrations;
            sources.retain(|entry| entry.directory && !entry.is_hidden());
            let chosen = sources.iter().position(|entry| entry.name == DEFAULT).unwrap_or(0);
            for (index, source) in sources.iter().enumerate() {
                if index != chosen {
                    reader.report(
                        &source.path,
                        "the migrations of this source are not read, because each source is a separate database",
                        "name the folder of the source to read",
                    );
                }
            }
            let chosen = sources.get(chosen).map(|source| reader.list(&source.path)).transpose()?;
            migrations = chosen.unwrap_or_default();
        }
        let (mut found, mut downs) = (Vec::new(), Vec::new());
        for entry in migrations {
            if !entry.directory {
                let Some(version) = version(&entry.name).map(str::to_owned) else { continue };
                let Some(key) = Digits::parse(&version) else { continue };
                if entry.name.ends_with(".down.sql") {
                    downs.push((key, entry.path));
                } else if entry.name.ends_with(".up.sql") {
                    found.push(Found::sql(key, version, entry));
                }
                continue;
            }
            let Some(version) = version(&entry.name).map(str::to_owned) else { continue };
            let Some(key) = Digits::parse(&version) else { continue };
            if reader.exists(entry.path.join("down.sql")) {
                downs.push((key.clone(), entry.path.join("down.sql")));
            }
            if reader.exists(entry.path.join("up.sql")) {
                found.push(Found::directory(key, version, entry, "up.sql"));
            }
        }
        let loaded = reader.load(Tool::Hasura, found, downs)?;
        Ok(whole_files(loaded, &|loaded| match &loaded.up {
            Body::Sql(source) => transaction(source),
            Body::Code(_) => Transaction::Explicit,
        }))
    }

    fn running(&self) -> Running {
        Running::each(
            Transaction::Explicit,
            Outside::Asked(
                "make `-- hasura:no-transaction` the first line, and apply it with --per-migration-transaction",
            ),
        )
    }
}

/// Whether a transaction is around a file.
fn transaction(source: &Source) -> Transaction {
    let first = source.text.lines().next().unwrap_or_default();
    if first.trim() == "-- hasura:no-transaction" {
        Transaction::Implicit
    } else {
        Transaction::Explicit
    }
}

/// The number in front of a name.
fn version(name: &str) -> Option<&str> {
    let (version, _) = name.split_once('_')?;
    Digits::parse(version).map(|_| version)
}

/// Whether the directory is a migration whose version counts milliseconds, as no other tool's does.
fn is_own(reader: &Reader, entry: &Entry) -> bool {
    version(&entry.name).is_some_and(|version| version.len() == 13)
        && reader.exists(entry.path.join("up.sql"))
}

#[cfg(feature = "write")]
impl Writer for Hasura {
    /// As `hasura migrate create` (`cli/commands/migrate_create.go`): the milliseconds since 1970.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        use std::path::PathBuf;

        let slug = draft.slug();
        let beside = match slate.migrations.last() {
            Some(_) => slate.beside_last().to_owned(),
            None if slate.root.join(DEFAULT).is_dir() => PathBuf::from(DEFAULT),
            None => PathBuf::new(),
        };
        let (version, paths) =
            slate.place(slate.last_version(), First::UnixMilliseconds, |version| {
                vec![beside.join(format!("{version}_{slug}"))]
            })?;
        let (up, down) = (ended(&draft.up), ended(&draft.down));
        let texts = [("up.sql", &up), ("down.sql", &down)];
        let file = |path: &PathBuf| -> Vec<NewFile> {
            texts.iter().map(|(name, text)| NewFile::new(path.join(name), text.as_str())).collect()
        };
        let files = paths.iter().flat_map(file).collect();
        Ok(Prepared { version, files, up, down: Some(down) })
    }
}

/// What has been applied is in Hasura's own catalog.
#[cfg(feature = "history")]
impl History for Hasura {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{findings, open, open_as, steps, written};

    #[test]
    fn from_above_the_source_and_from_within() {
        let files =
            ["1700000000001_b/up.sql", "1700000000000_a/up.sql", "1700000000000_a/down.sql"];
        let expected = [
            "1700000000000 Explicit: 1700000000000_a/up.sql / 1700000000000_a/down.sql",
            "1700000000001 Explicit: 1700000000001_b/up.sql",
        ];
        let within: Vec<_> = files.iter().map(|path| (*path, *path)).collect();
        let folder = open(&within);
        assert_eq!(folder.tool, Tool::Hasura);
        assert_eq!(steps(&folder), expected);
        let above: Vec<_> = files.iter().map(|path| (format!("default/{path}"), *path)).collect();
        let above: Vec<_> = above.iter().map(|(path, text)| (path.as_str(), *text)).collect();
        let folder = open(&above);
        assert_eq!(folder.tool, Tool::Hasura);
        assert_eq!(steps(&folder), expected);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn what_is_a_migration() {
        let folder = open_as(
            Tool::Hasura,
            &[
                ("1700000000000_a/up.sql", "-- hasura:no-transaction \r\na"),
                ("1700000000001_b/up.sql", "\n-- hasura:no-transaction\nb"),
                ("1700000000002/up.sql", "no name"),
                ("1700000000003_c.up.sql", "c"),
                ("1700000000003_c.down.sql", "undo c"),
                ("1700000000004_d.up.yaml", "- type: replace_metadata"),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1700000000000 Implicit: -- hasura:no-transaction \r\na",
                "1700000000001 Explicit: -- hasura:no-transaction\nb",
                "1700000000003 Explicit: c / undo c",
            ]
        );
        assert_eq!(folder.passed_over, [std::path::PathBuf::from("1700000000002/up.sql")]);
    }

    #[test]
    fn another_source_is_another_database() {
        let folder = open(&[
            ("analytics/1700000000000_a/up.sql", "a"),
            ("default/1700000000000_a/up.sql", "b"),
        ]);
        assert_eq!(steps(&folder), ["1700000000000 Explicit: b"]);
        assert_eq!(
            findings(&folder),
            [
                "analytics:1: the migrations of this source are not read, because each source is a separate database"
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(
            written(Tool::Hasura, &[("default/1700000000000_a/up.sql", "a")]),
            [
                "default/1741064767089_add_x/up.sql",
                "default/1741064767089_add_x/down.sql",
                "up;",
                "down;"
            ]
        );
        assert_eq!(written(Tool::Hasura, &[])[0], "1741064767089_add_x/up.sql");
    }
}
