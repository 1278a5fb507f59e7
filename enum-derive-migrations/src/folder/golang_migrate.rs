//! golang-migrate: `<version>_<title>.up.sql` and `.down.sql`.
//!
//! The rules are those of `source/parse.go` (the pattern; the version is a `uint64`, and a name that does
//! not match is passed over) and `source/iofs/iofs.go` (the folder itself, no directories; two files of
//! one version and direction are refused). The extension is any; one without `sql` in it is taken for a file
//! of something else, such as pop's `.fizz`, which has the same names otherwise. A file goes to the server as one string
//! (`database/postgres/postgres.go`, `Run`), unless the connection asks for `x-multi-statement`, of which
//! the folder knows nothing. A version that has no `.up` file does nothing on the way up and is left out.

use super::read::{Entry, Found, Reader};
use super::{FolderError, Migration, Tool, Transaction};
use crate::write::number::First;
use crate::write::slate::in_files;
use crate::write::{Draft, Prepared, Slate, WriteError};

pub(super) fn read(reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
    let (mut ups, mut downs) = (Vec::new(), Vec::new());
    for entry in reader.files() {
        match parse(&entry.name) {
            Some((key, version, true)) => {
                let code = !entry.name.rsplit('.').next().is_some_and(|last| last.contains("sql"));
                ups.push(Found { code, ..Found::sql(key, version.to_owned(), entry) });
            }
            Some((key, _, false)) => downs.push((key, entry.path)),
            None => {}
        }
    }
    let loaded = reader.load(Tool::GolangMigrate, ups, downs)?.into_iter();
    Ok(loaded.map(|migration| migration.whole(|_| Transaction::Implicit)).collect())
}

/// The version and whether the file goes up.
fn parse(name: &str) -> Option<(u64, &str, bool)> {
    let (version, rest) = name.split_once('_')?;
    if !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // The title takes as much as it can, so the last direction in the name is the direction.
    let (up, down) = (rest.rfind(".up."), rest.rfind(".down."));
    up.or(down)?;
    Some((version.parse().ok()?, version, up > down))
}

/// Whether the tool would take the file.
pub(super) fn matches(entry: &Entry) -> bool {
    parse(&entry.name).is_some()
}

/// As `migrate create` (`internal/cli/commands.go`, `createCmd`): the time unless the folder has numbers,
/// and a file for each way.
pub(super) fn write(slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
    let slug = draft.slug();
    let (version, paths) = slate.place(slate.last_version(), First::Time, |version| {
        ["up", "down"].map(|way| format!("{version}_{slug}.{way}.sql").into()).to_vec()
    })?;
    Ok(in_files(version, draft, &paths))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, names, open_as, steps};
    use super::*;

    #[test]
    fn up_and_down() {
        let folder = open_as(
            Tool::GolangMigrate,
            &[
                ("000010_c.up.sql", "c"),
                ("000009_b.up.sql", "b"),
                ("000009_b.down.sql", "undo b"),
                ("1_a.down.up.sql", "a"),
                ("2_only.down.sql", ""),
                ("3_plain.sql", ""),
                ("x4_d.up.sql", ""),
                ("5_e.up.fizz", ""),
                ("99999999999999999999_f.up.sql", "no uint64"),
            ],
        );
        assert_eq!(
            steps(&folder),
            [
                "1 Implicit: a",
                "5 Explicit: <5_e.up.fizz>",
                "000009 Implicit: b / undo b",
                "000010 Implicit: c"
            ]
        );
    }

    #[test]
    fn a_version_is_used_once() {
        let folder = open_as(Tool::GolangMigrate, &[("1_a.up.sql", ""), ("1_b.up.sql", "")]);
        assert_eq!(names(&folder), ["1_a.up.sql", "1_b.up.sql"]);
        assert_eq!(findings(&folder).len(), 1);
    }

    #[test]
    fn what_is_written_is_read_again() {
        use super::super::testing::written;

        assert_eq!(
            written(Tool::GolangMigrate, &[("000009_a.up.sql", "")]),
            ["000010_add_x.up.sql", "000010_add_x.down.sql", "up;", "down;"]
        );
        assert_eq!(
            written(Tool::GolangMigrate, &[("1704110400_a.up.sql", "")]),
            ["1741064767_add_x.up.sql", "1741064767_add_x.down.sql", "up;", "down;"]
        );
    }
}
