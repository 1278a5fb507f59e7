//! db-migrate: `<time>-<name>.js` with `sqls/<time>-<name>-up.sql` and `-down.sql`.
//!
//! The rules are those of db-migrate/node-db-migrate: `lib/file.js` (`loadFromFileystem`: every `.js` of the folder
//! itself, in the order of their names, which begin with 14 digits) and `lib/executors/versioned/v1.js`: a transaction
//! goes around each, unless the run is `--non-transactional`. What `create --sql-file` writes reads one file of `sqls` and
//! sends it as one string; a migration whose JavaScript names no such file is a program.
//!
//! The history is in the table `migrations`, a name that many programs use; it is not read.

use std::collections::HashSet;
use std::path::Path;

use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{Draft, Prepared, Slate, WriteError, Writer};
use crate::files::{FolderError, Found, Rank, Reader, Seen, Sign, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The directory with the files of SQL.
const SQLS: &str = "sqls";

/// The tool.
pub(super) struct DbMigrate;

impl Rules for DbMigrate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let mut files = seen.below().iter().filter(|entry| entry.path.starts_with(SQLS));
        let up = files.find(|entry| entry.name.ends_with("-up.sql"))?;
        Some(Sign::new(Rank::File, format!("{SQLS}/{}", up.name)))
    }

    fn takes(&self) -> &'static str {
        "`<time>-<name>.js` in the folder itself, and `sqls/<time>-<name>-up.sql`"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let mut scripts = HashSet::new();
        let entries = reader.entries();
        if entries.iter().any(|entry| entry.directory && entry.name == SQLS) {
            for entry in reader.list(Path::new(SQLS))? {
                scripts.insert(entry.path);
            }
        }
        let script = |name: String| scripts.get(&Path::new(SQLS).join(name)).cloned();
        let (mut found, mut downs) = (Vec::new(), Vec::new());
        for entry in entries {
            if entry.directory {
                continue;
            }
            let Some(stem) = entry.name.strip_suffix(".js") else { continue };
            let Some((version, _)) = stem.split_once('-').filter(|(version, _)| is_time(version))
            else {
                continue;
            };
            let (stem, version) = (stem.to_owned(), version.to_owned());
            let up = script(format!("{stem}-up.sql"));
            if let Some(down) = script(format!("{stem}-down.sql")) {
                downs.push((stem.clone(), down));
            }
            let program = Found::sql(stem, version, entry);
            found.push(match up {
                Some(up) => {
                    // The program that sends it.
                    let name = up.display().to_string();
                    Found { name, up, ..program }
                }
                None => Found { code: true, ..program },
            });
        }
        let loaded = reader.load(Tool::DbMigrate, found, downs)?;
        Ok(whole_files(loaded, &|_| Transaction::Explicit))
    }

    fn running(&self) -> Running {
        Running {
            choices: &[Around::Statement, Around::File],
            // A file is one string all the same.
            without: Transaction::Implicit,
            ..Running::each(
                Transaction::Explicit,
                Outside::Asked(
                    "put it alone into a migration, and run that with `--non-transactional`; if all are run so, say \
                     `--transaction statement`",
                ),
            )
        }
    }
}

fn is_time(text: &str) -> bool {
    text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(feature = "write")]
impl Writer for DbMigrate {
    fn write(&self, _slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let how = format!(
            "each file of SQL needs a program that sends it: run `db-migrate create {} --sql-file`, and put this into the \
             file ending in `-up.sql`:\n{}",
            draft.slug(),
            draft.up.trim_end()
        );
        Err(WriteError::ByTool { tool: Tool::DbMigrate, how })
    }
}

/// Its table has a name that many programs use.
#[cfg(feature = "history")]
impl History for DbMigrate {}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::testing::{open, steps, written};

    #[test]
    fn programs_and_their_scripts() {
        let folder = open(&[
            ("20240102000000-b.js", "db.createTable()"),
            ("20240101000000-a.js", "…"),
            ("sqls/20240101000000-a-up.sql", "a;"),
            ("sqls/20240101000000-a-down.sql", "b;"),
            ("sqls/20240103000000-c-up.sql", "of no program"),
            ("package.json", "{}"),
        ]);
        assert_eq!(folder.tool, Tool::DbMigrate);
        assert_eq!(
            steps(&folder),
            ["20240101000000 Explicit: a; / b;", "20240102000000 Explicit: <20240102000000-b.js>"]
        );
        assert_eq!(folder.passed_over, [PathBuf::from("sqls/20240103000000-c-up.sql")]);
    }

    #[test]
    fn nothing_is_written() {
        let refused = written(Tool::DbMigrate, &[]);
        assert!(refused[0].contains("`db-migrate create add_x --sql-file`"), "{refused:?}");
    }
}
