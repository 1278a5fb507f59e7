//! Diesel: `<version>_<name>/up.sql` and `down.sql`.
//!
//! The rules are those of `diesel_migrations/migrations_internals/src/lib.rs`: directories of the folder
//! itself, but not the hidden and the empty ones, and each must have an `up.sql`; the version is the name
//! up to the first underscore, without hyphens. Versions are strings and compare as such
//! (`migration_harness.rs`, `pending_migrations`, which also drops one of two equal ones). A zero-byte
//! `up.sql` is refused (`file_based_migrations.rs`, `run_sql_from_file`).
//!
//! `metadata.toml` decides about the transaction (`TomlMetadata`): one that does not parse counts as none,
//! but in one that does, `run_in_transaction` is false unless it says otherwise.
//!
//! The history's table is that of `diesel/src/migration/setup_migration_table.sql`. A migration and its row are in one
//! transaction unless its `metadata.toml` says otherwise (`diesel_migrations/src/migration_harness.rs`,
//! `run_migration`). There is neither a checksum nor a lock.

use std::collections::HashSet;

use super::rules::{Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, NewFile, Prepared, Slate, WriteError, Writer, ended, number::First};
use crate::files::FolderError;
use crate::files::{Body, Found, Rank, Reader, Seen, Sign, unreadable, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The tool.
pub(super) struct Diesel;

impl Rules for Diesel {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let (_, path) = seen.directory_with("up.sql")?;
        // Diesel would run `10-b` before `9-a`, which is not what the numbers say.
        let is_counted = |name: &str| {
            name.split_once('-').is_some_and(|(number, _)| {
                number.len() < 4 && number.parse::<u16>().is_ok() && !name.contains('_')
            })
        };
        if seen.any_directory(is_counted) {
            return None;
        }
        Some(Sign::new(Rank::Layout, path))
    }

    fn takes(&self) -> &'static str {
        "`<version>_<name>/up.sql` and `down.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let (mut ups, mut downs, mut settings) = (Vec::new(), Vec::new(), Vec::new());
        for entry in reader.directories() {
            if entry.is_hidden() {
                continue;
            }
            let files = reader.list(&entry.path)?;
            let has = |name: &str| files.iter().any(|file| !file.directory && file.name == name);
            if !has("up.sql") {
                if !files.is_empty() {
                    reader.report(
                        &entry.path,
                        "there is no `up.sql`: Diesel refuses a folder with such a directory",
                        "add one, or move the directory elsewhere",
                    );
                }
                continue;
            }
            let version = entry.name.split('_').next().unwrap_or_default().replace('-', "");
            if has("down.sql") {
                downs.push((version.clone(), entry.path.join("down.sql")));
            }
            if has("metadata.toml") {
                settings.push((entry.name.clone(), entry.path.join("metadata.toml")));
            }
            ups.push(Found::directory(version.clone(), version, entry, "up.sql"));
        }

        let mut without = HashSet::new();
        for (name, path) in settings {
            if reader.read_one(&path)?.is_some_and(|toml| !runs_in_transaction(&toml.text)) {
                without.insert(name);
            }
        }
        let loaded = reader.load(Tool::Diesel, ups, downs)?;
        for migration in &loaded {
            if let Body::Sql(source) = &migration.up
                && source.text.is_empty()
            {
                let finding = unreadable(source, 0, "the file is empty, which Diesel refuses");
                reader.findings.push(finding.with_help("a comment is enough"));
            }
        }
        Ok(whole_files(loaded, &|loaded| {
            if without.contains(&loaded.name) {
                Transaction::Implicit
            } else {
                Transaction::Explicit
            }
        }))
    }

    fn running(&self) -> Running {
        Running {
            sends_strings: true,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked(
                    "put it into a separate migration with `run_in_transaction = false` in its \
                     metadata.toml",
                ),
            )
        }
    }
}

#[cfg(feature = "write")]
impl Writer for Diesel {
    /// As `diesel migration generate` (`diesel_cli/src/migrations/mod.rs`, `create_migration_dir`): the time with
    /// a counter of four hexadecimal digits, `2024-01-31-235959-0000_name`. Earlier versions had no counter; where
    /// the last directory has none, this one has none.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let last = slate.migrations.last().map(|last| &*last.name);
        // Diesel's own first migration says nothing of the project's.
        let last = last.filter(|name| !name.starts_with("00000000000000_"));
        let last = last.map(|name| name.split('_').next().unwrap_or(name));
        let counted = |name: &str| {
            let (time, counter) = name.rsplit_once('-')?;
            (name.len() == COUNTED && counter.len() == 4).then_some(time.len())
        };
        let suffix = if last.is_none_or(|name| counted(name).is_some()) { "-0000" } else { "" };
        let last = last.and_then(|name| name.get(..counted(name).unwrap_or(name.len())));
        let (version, paths) = slate.place(last, First::TimeWithHyphens, |version| {
            vec![format!("{version}{suffix}_{slug}").into()]
        })?;
        let [up, down] = [("up.sql", &draft.up), ("down.sql", &draft.down)].map(|(name, text)| {
            // Diesel refuses an empty file.
            let text = if text.trim().is_empty() { "-- nothing" } else { text };
            (name, ended(text))
        });
        let files = paths.iter().flat_map(|path| {
            [&up, &down].map(|(name, text)| NewFile::new(path.join(name), text.as_str()))
        });
        let version = format!("{version}{suffix}").replace('-', "");
        Ok(Prepared {
            version,
            files: files.collect(),
            up: up.1.clone(),
            down: Some(down.1.clone()),
        })
    }
}

#[cfg(feature = "history")]
impl History for Diesel {
    fn table(&self) -> Option<&'static str> {
        Some("__diesel_schema_migrations")
    }

    fn has_versions_alone(&self) -> bool {
        true
    }
}

/// As much of TOML as a file with one setting takes.
fn runs_in_transaction(toml: &str) -> bool {
    for line in toml.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            break;
        }
        if let Some((key, value)) = line.split_once('=')
            && key.trim().trim_matches(['"', '\'']) == "run_in_transaction"
        {
            // Anything but a boolean does not parse.
            return value.trim() != "false";
        }
    }
    false
}

/// The length of `2024-01-31-235959-0000`.
#[cfg(feature = "write")]
const COUNTED: usize = 22;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{detected, findings, open_as, steps};

    #[test]
    fn counted_directories_are_of_another_tool() {
        let told = |one: &str, two: &str| {
            detected(&[
                (&format!("{one}/up.sql"), "SELECT 1;"),
                (&format!("{two}/up.sql"), "SELECT 1;"),
            ])
        };
        assert_eq!(told("9_a", "10_b"), "diesel");
        assert_eq!(told("2024-01-01-000000_a", "2024-01-02-000000_b"), "diesel");
        let counted = told("9-a", "10-b");
        assert!(counted.starts_with("nothing in ROOT looks like a migration"), "{counted}");
    }

    #[test]
    fn versions_are_strings_without_hyphens() {
        let folder = open_as(
            Tool::Diesel,
            &[
                ("2025-07-14-101530_b/up.sql", "b"),
                ("2025-07-14-101530_b/down.sql", "undo b"),
                ("00000000000000_diesel_initial_setup/up.sql", "initial"),
                ("20250714101529_a/up.sql", "a"),
                ("9_c/up.sql", "c"),
                ("10_d/up.sql", "d"),
                (".hidden/up.sql", ""),
                ("empty/", ""),
                ("README.md", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "00000000000000 Explicit: initial",
                "10 Explicit: d",
                "20250714101529 Explicit: a",
                "20250714101530 Explicit: b / undo b",
                "9 Explicit: c",
            ]
        );
        assert_eq!(folder.findings, []);
        assert_eq!(folder.migrations[3].name, "2025-07-14-101530_b");
    }

    #[test]
    fn metadata() {
        let folder = open_as(
            Tool::Diesel,
            &[
                ("1_a/up.sql", "a"),
                ("1_a/metadata.toml", "run_in_transaction = false # as CONCURRENTLY needs"),
                ("2_b/up.sql", "b"),
                ("2_b/metadata.toml", "run_in_transaction = true"),
                ("3_c/up.sql", "c"),
                ("3_c/metadata.toml", "# nothing set, which is false"),
            ],
        );
        assert_eq!(steps(&folder), ["1 Implicit: a", "2 Explicit: b", "3 Implicit: c"]);
    }

    #[test]
    fn what_diesel_refuses() {
        let folder = open_as(
            Tool::Diesel,
            &[
                ("1_a/up.sql", ""),
                ("2-0_b/up.sql", "b"),
                ("20_c/up.sql", "c"),
                ("3_d/down.sql", "d"),
            ],
        );
        assert_eq!(
            findings(&folder),
            [
                "3_d:1: there is no `up.sql`: Diesel refuses a folder with such a directory",
                "20_c/up.sql:1: `20_c` has the version of `2-0_b`, and diesel does not apply two \
                 migrations with one version",
                "1_a/up.sql:1: the file is empty, which Diesel refuses",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use crate::testing::written;

        for (last, expected) in [
            ("00000000000000_diesel_initial_setup", "2025-03-04-050607-0000_add_x"),
            ("2024-01-01-000000-0000_a", "2025-03-04-050607-0000_add_x"),
            ("2025-03-04-050607-00ff_a", "2025-03-04-050608-0000_add_x"),
            ("2024-01-01-000000_a", "2025-03-04-050607_add_x"),
            ("20240101000000_a", "20250304050607_add_x"),
            ("00009_a", "00010_add_x"),
        ] {
            assert_eq!(
                written(Tool::Diesel, &[(&format!("{last}/up.sql"), "x")]),
                [&*format!("{expected}/up.sql"), &*format!("{expected}/down.sql"), "up;", "down;"],
                "{last}"
            );
        }
        // Versions are strings to Diesel.
        assert_eq!(
            written(Tool::Diesel, &[("9_a/up.sql", "x")]),
            ["a migration with the version `10` would not be the last one: `9_a` comes after it"]
        );
    }
}
