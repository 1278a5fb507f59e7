//! refinery: `V<version>__<name>.sql` or `U…`, and the same with `.rs`.
//!
//! The rules are those of `refinery_core/src/util.rs`: files of the folder and of all below it (links to
//! directories are not followed), whose whole name matches the pattern: so a hyphen or a space in it means
//! that it is passed over. The version is an `i32`, or an `i64` with the feature `int8-versions`; the
//! pattern lets `1.2` through, and parsing refuses it. `U` is no undo: it is a migration like `V`, and on a
//! fresh database in the same order (`traits/mod.rs`, `verify_migrations`); what sets it apart is that it
//! may be added later. Each file is sent as one string inside a transaction (`drivers/postgres.rs`). Two of
//! one version violate the primary key of the history.

use super::read::{Entry, Found, Reader};
use super::{FolderError, Migration, Tool, Transaction};
use crate::write::number::First;
use crate::write::slate::in_files;
use crate::write::{Draft, Prepared, Slate, WriteError};

pub(super) fn read(reader: &mut Reader) -> Result<Vec<Migration>, FolderError> {
    let mut found = Vec::new();
    for entry in reader.walk(|directory| !directory.link)? {
        let Some((version, extension)) = parse(&entry.name) else { continue };
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
    let loaded = reader.load(Tool::Refinery, found, Vec::new())?.into_iter();
    Ok(loaded.map(|migration| migration.whole(|_| Transaction::Explicit)).collect())
}

/// The version and the extension.
fn parse(name: &str) -> Option<(&str, &str)> {
    let (stem, extension) = name.rsplit_once('.')?;
    let (version, name) = stem.strip_prefix(['V', 'U'])?.split_once("__")?;
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let matches = matches!(extension, "sql" | "rs")
        && version
            .split_once('.')
            .map_or(number(version), |(whole, part)| number(whole) && number(part))
        && !name.is_empty()
        && name.chars().all(|char| char.is_alphanumeric() || char == '_');
    matches.then_some((version, extension))
}

/// Whether the tool would take the file.
pub(super) fn matches(entry: &Entry) -> bool {
    parse(&entry.name).is_some_and(|(version, _)| version.parse::<i64>().is_ok())
}

/// The next number. There is no way down.
pub(super) fn write(slate: &mut Slate<'_>, draft: &Draft) -> Result<Prepared, WriteError> {
    let (slug, beside) = (draft.slug(), slate.beside_last());
    let (version, paths) = slate.place(slate.last_version(), First::Number("1"), |version| {
        vec![beside.join(format!("V{version}__{slug}.sql"))]
    })?;
    Ok(in_files(version, draft, &paths))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{findings, open_as, steps};
    use super::*;

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
        use super::super::testing::written;

        let written = |files: &[(&str, &str)]| written(Tool::Refinery, files);
        assert_eq!(written(&[]), ["V1__add_x.sql", "up;"]);
        assert_eq!(written(&[("V9__a.sql", ""), ("U3__b.sql", "")]), ["V10__add_x.sql", "up;"]);
        assert_eq!(written(&[("sql/V01__a.rs", "")]), ["sql/V02__add_x.sql", "up;"]);
    }
}
