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
}
