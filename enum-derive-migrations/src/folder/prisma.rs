//! Prisma: `<name>/migration.sql`.
//!
//! The rules are those of `packages/migrate/src/utils/listMigrations.ts` (prisma/prisma): directories of
//! the folder itself, though not links to such, in the order of JavaScript's `localeCompare`. (The Rust
//! code it replaced, `migrations_directory.rs`, compared bytes; the two differ for names such as `1_a` and
//! `10_b`, not for timestamps.) Each must have a `migration.sql`: error P3015. The script is sent as one
//! string, without a transaction around it.

use super::order::collate;
use super::read::{Entry, Found, Reader};
use super::{FolderError, Migration, Tool, Transaction};
use crate::write::number::First;
use crate::write::{Draft, NewFile, Prepared, Slate, WriteError, ended};

pub(super) fn read(reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
    let mut directories: Vec<Entry> = reader.directories().filter(|entry| !entry.link).collect();
    directories.sort_by(|a, b| collate(&a.name, &b.name));
    let mut found = Vec::with_capacity(directories.len());
    for (index, entry) in directories.into_iter().enumerate() {
        if reader.exists(entry.path.join("migration.sql")) {
            found.push(Found::directory(index, entry.name.clone(), entry, "migration.sql"));
        } else {
            reader.report(
                &entry.path,
                "there is no `migration.sql`: Prisma refuses a folder with such a directory (P3015)",
                "add one, or remove the directory",
            );
        }
    }
    let loaded = reader.load(Tool::Prisma, found, Vec::new())?.into_iter();
    Ok(loaded.map(|migration| migration.whole(|_| Transaction::Implicit)).collect())
}

/// As `prisma migrate dev` names directories: `<time>_<name>`. There is no way down.
pub(super) fn write(slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
    let slug = draft.slug();
    let last = slate.last_version().map(|name| name.split('_').next().unwrap_or(name));
    // A number is what somebody chose for the first (`0_init`), and no beginning of a sequence.
    let last = last.filter(|version| version.len() >= 8);
    let (number, paths) =
        slate.place(last, First::Time, |version| vec![format!("{version}_{slug}").into()])?;
    let version = format!("{number}_{slug}");
    let files = paths.into_iter().map(|path| path.join("migration.sql"));
    let files = files.map(|path| NewFile::new(path, ended(&draft.up))).collect();
    Ok(Prepared { version, files, up: ended(&draft.up), down: None })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, open_as, steps};
    use super::*;

    #[test]
    fn directories_in_collation_order() {
        let folder = open_as(
            Tool::Prisma,
            &[
                ("20240102000000_b/migration.sql", "b"),
                ("20240101000000_a/migration.sql", "a"),
                ("0_init/migration.sql", "init"),
                ("migration_lock.toml", ""),
                ("20240103000000_c/README.md", ""),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "0_init Implicit: init",
                "20240101000000_a Implicit: a",
                "20240102000000_b Implicit: b"
            ]
        );
        assert_eq!(
            findings(&folder),
            [
                "20240103000000_c:1: there is no `migration.sql`: Prisma refuses a folder with such a \
              directory (P3015)"
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use super::super::testing::written;

        let expected = ["20250304050607_add_x/migration.sql", "up;"];
        assert_eq!(written(Tool::Prisma, &[]), expected);
        assert_eq!(written(Tool::Prisma, &[("0_init/migration.sql", "")]), expected);
        assert_eq!(
            written(Tool::Prisma, &[("20250304050607_add_x/migration.sql", "")]),
            ["20250304050608_add_x/migration.sql", "up;"]
        );
    }
}
