//! sqlx: `<version>_<description>.sql`, or `.up.sql` and `.down.sql`.
//!
//! The rules are those of `resolve_blocking_with_config` (sqlx 0.9, `sqlx-core/src/migrate/source.rs`):
//! files of the folder itself, whose name has an underscore and ends in `.sql`; what precedes the first
//! underscore must be an `i64`, or the whole folder is refused; the order is that of the number. A file
//! that begins with `-- no-transaction` is sent as one string without a transaction around it
//! (`sqlx-postgres/src/migrate.rs`, `apply`). Two files of one version are not refused, but the second
//! violates the primary key of `_sqlx_migrations`.

use super::read::{Found, Reader};
use super::{FolderError, Migration, Tool, Transaction};
use crate::write::number::First;
use crate::write::slate::in_files;
use crate::write::{Draft, Prepared, Slate, WriteError};

pub(super) fn read(reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
    let (mut ups, mut downs) = (Vec::new(), Vec::new());
    for entry in reader.files() {
        let Some((version, rest)) = entry.name.split_once('_') else { continue };
        if rest.strip_suffix(".sql").is_none() {
            continue;
        }
        let Ok(key) = version.parse::<i64>() else {
            reader.report(
                &entry.path,
                format!("`{version}` is no version: sqlx refuses a folder with such a file"),
                "begin the name with a whole number, or move the file elsewhere",
            );
            continue;
        };
        if rest.ends_with(".down.sql") {
            downs.push((key, entry.path));
        } else {
            ups.push(Found::sql(key, version.to_owned(), entry));
        }
    }
    let loaded = reader.load(Tool::Sqlx, ups, downs)?.into_iter();
    Ok(loaded.map(|migration| migration.whole(|source| transaction(&source.text))).collect())
}

fn transaction(text: &str) -> Transaction {
    if text.starts_with("-- no-transaction") {
        Transaction::Implicit
    } else {
        Transaction::Explicit
    }
}

/// As `sqlx migrate add` (`sqlx-cli/src/migrate.rs`, `add`, and
/// `sqlx-cli/src/opt.rs`, `AddMigrationOpts`): the time unless the folder has
/// numbers, and both ways if the folder does.
pub(super) fn write(slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
    let slug = draft.slug();
    let last = slate.folder.migrations.last();
    let both = slate.has_undo_files() || last.is_some_and(|last| last.name.ends_with(".up.sql"));
    let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
        if both {
            ["up", "down"].map(|way| format!("{version}_{slug}.{way}.sql").into()).to_vec()
        } else {
            vec![format!("{version}_{slug}.sql").into()]
        }
    })?;
    Ok(in_files(version, draft, &paths))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, names, open_as, steps};
    use super::*;

    #[test]
    fn numbers_decide_the_order() {
        let folder = open_as(
            Tool::Sqlx,
            &[
                ("10_c.sql", "c"),
                ("9_b.sql", "b"),
                ("1_a.sql", "a"),
                ("README.md", ""),
                ("schema.sql", "no underscore"),
                ("2_notes.txt", ""),
                ("more/3_d.sql", "not in the folder itself"),
                ("4_directory.sql/", ""),
                (".gitkeep", ""),
            ],
        );
        assert_eq!(steps(&folder), ["1 Explicit: a", "9 Explicit: b", "10 Explicit: c"]);
        assert_eq!(folder.findings, []);
    }

    #[test]
    fn up_and_down() {
        let folder = open_as(
            Tool::Sqlx,
            &[
                ("1_a.down.sql", "undo"),
                ("1_a.up.sql", "do"),
                ("2_b.up.sql", "b"),
                ("3_c.down.sql", ""),
            ],
        );
        assert_eq!(steps(&folder), ["1 Explicit: do / undo", "2 Explicit: b"]);
    }

    #[test]
    fn no_transaction_is_asked_for_at_the_very_beginning() {
        let folder = open_as(
            Tool::Sqlx,
            &[("1_a.sql", "-- no-transaction\na"), ("2_b.sql", "\n-- no-transaction")],
        );
        assert_eq!(
            steps(&folder),
            ["1 Implicit: -- no-transaction\na", "2 Explicit: -- no-transaction"]
        );
    }

    #[test]
    fn a_version_is_used_once() {
        let folder =
            open_as(Tool::Sqlx, &[("01_b.sql", ""), ("1_a.sql", ""), ("1_a.down.sql", "")]);
        assert_eq!(names(&folder), ["01_b.sql", "1_a.sql"]);
        assert_eq!(
            findings(&folder),
            [
                "1_a.sql:1: `1_a.sql` has the version of `01_b.sql`, and sqlx does not apply two migrations \
              with one version"
            ]
        );
        assert_eq!(folder.findings[0].related[0].0.to_string(), "01_b.sql:1");
    }

    #[test]
    fn a_version_is_a_whole_number() {
        let folder =
            open_as(Tool::Sqlx, &[("seed_users.sql", ""), ("9223372036854775808_x.sql", "")]);
        assert_eq!(names(&folder), [""; 0]);
        assert_eq!(
            findings(&folder),
            [
                "9223372036854775808_x.sql:1: `9223372036854775808` is no version: sqlx refuses a folder \
                 with such a file",
                "seed_users.sql:1: `seed` is no version: sqlx refuses a folder with such a file",
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        use super::super::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Sqlx, files);
        assert_eq!(written(&[]), ["20250304050607_add_x.sql", "up;"]);
        assert_eq!(written(&[("0009_a.sql", "")]), ["0010_add_x.sql", "up;"]);
        assert_eq!(written(&[("20240101000000_a.sql", "")]), ["20250304050607_add_x.sql", "up;"]);
        assert_eq!(
            written(&[("1_a.up.sql", ""), ("1_a.down.sql", "")]),
            ["2_add_x.up.sql", "2_add_x.down.sql", "up;", "down;"]
        );
        // What is there stays there.
        assert_eq!(
            written(&[("1_a.up.sql", ""), ("2_add_x.down.sql", "of nothing")]),
            ["3_add_x.up.sql", "3_add_x.down.sql", "up;", "down;"]
        );
    }
}
