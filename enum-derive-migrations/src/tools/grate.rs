//! grate and `RoundhousE`: `up/<number>_<name>.sql`, and a directory for each other sort of script.
//!
//! The rules are those of erikbra/grate at 1c5840e, `src/grate.core`, and of chucknorris/roundhouse at e2bb6cb, whose
//! directories are the same (`product/roundhouse.core/runners/RoundhouseMigrationRunner.cs`, `run`):
//! `Configuration/FoldersConfiguration.cs` (`Default`) has the directories in their order. The files of a
//! directory and of those below it run in the order of their paths without extensions, as the culture of the machine sorts
//! them (`Migration/FileSystem.cs`, `GetFiles`): here, as the root collation of Unicode does. Those of `up` run once; the
//! others again whenever they change, or every time. There is no transaction unless the run is asked for one
//! (`--transaction`). A file with `.ENV.` in its path runs only if an environment is named (`Migration/DbMigrator.cs`,
//! `InCorrectEnvironment`), and is not read.
//!
//! What has been applied is in a schema whose name the configuration has; it is not read.

use std::path::Path;

use super::rules::{Around, Outside, Rules, Running};
#[cfg(feature = "write")]
use crate::draft::{
    Draft, Prepared, Slate, WriteError, Writer, in_files,
    number::{self, First},
};
use crate::files::{Entry, FolderError, Found, Rank, Reader, Seen, Sign, slashes, whole_files};
use crate::ground::{Migration, Tool, Transaction};
#[cfg(feature = "history")]
use crate::history::History;

/// The directory with what runs once.
const UP: &str = "up";

/// The directories that run in the migrated database, in their order.
const DIRECTORIES: [&str; 13] = [
    "beforeMigration",
    "runAfterCreateDatabase",
    "runBeforeUp",
    UP,
    "runFirstAfterUp",
    "functions",
    "views",
    "sprocs",
    "triggers",
    "indexes",
    "runAfterOtherAnyTimeScripts",
    "permissions",
    "afterMigration",
];

/// The tool.
pub(super) struct Grate;

impl Rules for Grate {
    fn detect(&self, seen: &Seen<'_>) -> Option<Sign> {
        let up = seen.directories.iter().find(|entry| place(entry) == place_of(UP))?;
        let sql =
            seen.below().iter().any(|entry| entry.path.starts_with(&up.path) && entry.is_sql());
        (sql && seen.sql().is_empty()).then(|| Sign::new(Rank::Layout, format!("{}/", up.name)))
    }

    fn takes(&self) -> &'static str {
        "`up/<number>_<name>.sql`, and the directories of other scripts"
    }

    fn read(&self, reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
        let walked = reader.walk(&|directory| !directory.is_hidden())?;
        let mut found = Vec::new();
        for entry in walked.into_iter().filter(Entry::is_sql) {
            let top = entry.path.iter().next().and_then(|top| top.to_str()).unwrap_or_default();
            let Some(place) = place_of(top) else { continue };
            if slashes(&entry.path).to_ascii_uppercase().contains(".ENV.") {
                continue;
            }
            let stem = entry.name.rsplit_once('.').map_or(&*entry.name, |(stem, _)| stem);
            let version = stem.split('_').next().unwrap_or(stem).to_owned();
            found.push(Found::sql((place, collated(&entry.path)), version, entry));
        }
        let loaded = reader.load(Tool::Grate, found, Vec::new())?;
        Ok(whole_files(loaded, &|_| Transaction::PerStatement))
    }

    fn running(&self) -> Running {
        Running {
            choices: &[Around::Statement, Around::All],
            ..Running::each(Transaction::PerStatement, Outside::Never)
        }
    }

    fn is_repeatable(&self, migration: &Migration) -> bool {
        let top = migration.name.split('/').next().unwrap_or_default();
        place_of(top) != place_of(UP)
    }
}

/// The characters that the root collation of Unicode has before digits and letters, in its order (CLDR, `root.xml`).
const BEFORE_DIGITS: &str = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

/// What a file is sorted by within its directory: the directories below that, of which `.` is the first, and the name
/// without its extension. Case makes no difference.
fn collated(path: &Path) -> Vec<u32> {
    let inside = path.strip_prefix(path.iter().next().unwrap_or_default()).unwrap_or(path);
    let mut text = slashes(&inside.with_extension(""));
    if !text.contains('/') {
        text.insert_str(0, "./");
    }
    let weight = |char: char| {
        let punctuation = BEFORE_DIGITS.chars().zip(0..).find(|(known, _)| *known == char);
        punctuation.map_or(u32::from(char) + 256, |(_, weight)| weight)
    };
    text.to_lowercase().chars().map(weight).collect()
}

/// Which of the directories it is.
fn place_of(name: &str) -> Option<usize> {
    DIRECTORIES.iter().position(|known| known.eq_ignore_ascii_case(name))
}

fn place(entry: &Entry) -> Option<usize> {
    place_of(&entry.name)
}

#[cfg(feature = "write")]
impl Writer for Grate {
    /// One more file of `up`: its number and one more, or the time if it has one. There is no way down.
    fn write(&self, slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
        let slug = draft.slug();
        let last = slate.migrations.iter().rfind(|migration| !self.is_repeatable(migration));
        let name = last.and_then(|last| Path::new(&last.name).file_name()?.to_str());
        let beside = last.and_then(|last| Path::new(&last.name).parent()).unwrap_or(Path::new(UP));
        let number = name.map(|name| {
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            name.get(..number::time_prefix(name).max(digits)).unwrap_or_default()
        });
        let (version, paths) = slate.place(number, First::Number("0001"), |version| {
            vec![beside.join(format!("{version}_{slug}.sql"))]
        })?;
        Ok(in_files(version, draft, &paths))
    }
}

/// What has been applied is in a schema that the configuration names.
#[cfg(feature = "history")]
impl History for Grate {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{names, open, written};

    #[test]
    fn directories_in_their_order() {
        let folder = open(&[
            ("views/v.sql", ""),
            ("up/0002_b.sql", ""),
            ("up/0001_a.sql", ""),
            ("up/more/0001_c.sql", ""),
            ("up/0003_d.TEST.ENV.sql", ""),
            ("runBeforeUp/x.sql", ""),
            ("permissions/p.sql", ""),
            ("docs/y.sql", ""),
        ]);
        assert_eq!(folder.tool, Tool::Grate);
        assert_eq!(
            names(&folder),
            [
                "runBeforeUp/x.sql",
                "up/0001_a.sql",
                "up/0002_b.sql",
                "up/more/0001_c.sql",
                "views/v.sql",
                "permissions/p.sql"
            ]
        );
        assert!(folder.migrations.iter().all(|it| it.transaction == Transaction::PerStatement));
        let passed: Vec<_> =
            folder.passed_over.iter().map(|path| path.display().to_string()).collect();
        assert_eq!(passed, ["docs/y.sql", "up/0003_d.TEST.ENV.sql"]);
    }

    #[test]
    fn names_in_their_order() {
        let folder = open(&[
            ("up/0001_b.sql", ""),
            ("up/0001_A.sql", ""),
            ("up/0001_a_1.sql", ""),
            ("up/00010.sql", ""),
            ("up/0001-z.sql", ""),
            ("up/0000/9.sql", ""),
            ("up/x.env.y/9.sql", ""),
        ]);
        assert_eq!(
            names(&folder),
            [
                "up/0001_A.sql",
                "up/0001_a_1.sql",
                "up/0001_b.sql",
                "up/0001-z.sql",
                "up/00010.sql",
                "up/0000/9.sql",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(
            written(Tool::Grate, &[("up/0009_a.sql", ""), ("views/v.sql", "")]),
            ["up/0010_add_x.sql", "up;"]
        );
        assert_eq!(written(Tool::Grate, &[])[0], "up/0001_add_x.sql");
    }
}
