//! Adds a migration to a folder, as the folder's tool would have it: named, numbered and laid out like
//! those that are there.
//!
//! [`prepare`] says what files there will be and touches nothing; [`commit`] writes them, all or none, and
//! never in the place of another. What is written is read again by the tool's rules: it must be the last
//! migration, with the same text, or it is taken back.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use pg_enum_migrations::write::{Draft, commit, prepare};
//! use pg_enum_migrations::{Folder, Replay};
//!
//! # let root = tempfile::tempdir()?;
//! # let root = root.path();
//! std::fs::write(root.join("0001_mood.up.sql"), "CREATE TYPE mood AS ENUM ('sad');")?;
//! std::fs::write(root.join("0001_mood.down.sql"), "DROP TYPE mood;")?;
//!
//! let folder = Folder::open(root)?;
//! let draft = Draft {
//!     name: "add 'ok' to mood".into(),
//!     up: "ALTER TYPE mood ADD VALUE 'ok';".into(),
//!     down: "-- there is no way back".into(),
//! };
//! let written = commit(&folder, &prepare(&folder, &[draft], SystemTime::now())?)?;
//!
//! assert!(root.join("0002_add_ok_to_mood.up.sql").exists());
//! assert!(root.join("0002_add_ok_to_mood.down.sql").exists());
//! assert_eq!(Replay::of(&Folder::open(root)?).enums[0].labels.len(), 2);
//! written.undo()?;
//! assert_eq!(Replay::of(&Folder::open(root)?).enums[0].labels.len(), 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod disk;

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

pub use self::disk::{Written, commit};
use crate::Folder;
use crate::draft::Slate;
pub use crate::draft::{Draft, NewFile, Prepared, WriteError, slug};
use crate::ground::Tool;

/// What files there will be for these migrations, in their order.
///
/// `now` is what the versions are made of where they are times; in UTC, as every tool has it.
///
/// # Errors
///
/// When there is no version that follows the last one, or the tool would not take a text as it is.
pub fn prepare(
    folder: &Folder,
    drafts: &[Draft],
    now: SystemTime,
) -> Result<Vec<Prepared>, WriteError> {
    prepare_on(folder, None, drafts, now)
}

/// The same, for migrations that follow one of several heads: `LABEL@head`, or the version of one, as `alembic revision --head`
/// takes it.
///
/// # Errors
///
/// Also when there is no such head, or the tool has none.
pub fn prepare_on(
    folder: &Folder,
    head: Option<&str>,
    drafts: &[Draft],
    now: SystemTime,
) -> Result<Vec<Prepared>, WriteError> {
    if head.is_some() && folder.tool != Tool::Alembic {
        let reason = format!("`--head` is for Alembic; these are migrations of {}", folder.tool);
        return Err(WriteError::Text { tool: folder.tool, reason });
    }
    let now = Timestamp::try_from(now).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut slate = Slate::new(
        &folder.root,
        &folder.migrations,
        now.to_zoned(TimeZone::UTC).datetime(),
        now.as_millisecond(),
    );
    slate.head = head.map(str::to_owned);
    let writer = folder.tool.writer();
    drafts.iter().map(|draft| writer.write(&mut slate, draft)).collect()
}

/// What else the tool keeps of a migration and is not written.
#[must_use]
pub fn left_out(tool: Tool) -> Option<&'static str> {
    tool.writer().left_out()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::ground::Part;

    #[test]
    fn several_follow_one_another() {
        let now = UNIX_EPOCH + Duration::from_secs(1_741_064_767);
        let drafts = ["a", "b", "c"].map(|name| Draft {
            name: name.into(),
            up: format!("up {name};"),
            down: format!("down {name};"),
        });
        for tool in Tool::ALL {
            let root = tempfile::tempdir().expect("a directory");
            let folder = Folder::open_as(root.path(), *tool).expect("an empty folder");
            let prepared = match prepare(&folder, &drafts, now) {
                Err(WriteError::ByTool { .. }) => continue,
                prepared => prepared.expect("three migrations"),
            };
            let written = commit(&folder, &prepared).expect("to be written");
            let migrations = &written.folder().expect("the folder").migrations;
            let ups = migrations.iter().map(|migration| match &migration.up {
                Part::Sql(up) => up.text().trim().rsplit('\n').next().unwrap_or_default(),
                // Its name has the draft's.
                Part::Code(path) => match path.to_str().and_then(|it| it.rsplit('_').next()) {
                    Some("a.py") => "up a;",
                    Some("b.py") => "up b;",
                    Some("c.py") => "up c;",
                    _ => "code",
                },
            });
            assert_eq!(ups.collect::<Vec<_>>(), ["up a;", "up b;", "up c;"], "{tool}");
            written.undo().expect("to be taken back");
            let left = fs::read_dir(root.path()).expect("a directory").count();
            assert_eq!(left, 0, "{tool}");
        }
    }

    #[test]
    fn what_comes_between_stays() {
        let root = tempfile::tempdir().expect("a directory");
        let folder = Folder::open_as(root.path(), Tool::Sqlx).expect("an empty folder");
        let draft = Draft { name: "x".into(), up: "a;".into(), down: String::new() };
        let prepared = prepare(&folder, &[draft], UNIX_EPOCH).expect("a migration");
        let path = root.path().join(&prepared[0].files[0].path);

        fs::write(&path, "another's").expect("a file");
        let error = commit(&folder, &prepared).expect_err("it is taken");
        assert!(matches!(error, WriteError::Exists(_)), "{error}");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "another's");

        fs::remove_file(&path).expect("a file to remove");
        let written = commit(&folder, &prepared).expect("to be written");
        fs::write(&path, "changed").expect("a file");
        assert!(matches!(written.undo(), Err(WriteError::Changed(_))));
        assert_eq!(fs::read_to_string(&path).expect("a file"), "changed");
    }

    #[test]
    #[cfg(unix)]
    fn of_several_files_all_are_there_or_none() {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().expect("a directory");
        let list = "{\"entries\": []}";
        fs::create_dir(root.path().join("meta")).expect("a directory");
        fs::write(root.path().join("meta/_journal.json"), list).expect("a file");
        let folder = Folder::open_as(root.path(), Tool::Drizzle).expect("an empty folder");
        let draft = Draft { name: "x".into(), up: "a;".into(), down: String::new() };
        let prepared = prepare(&folder, &[draft], UNIX_EPOCH).expect("a migration");

        // The second file cannot be written.
        let set =
            |mode| fs::set_permissions(root.path().join("meta"), Permissions::from_mode(mode));
        set(0o555).expect("to be set");
        // Whoever may do anything writes there all the same.
        if fs::write(root.path().join("meta/x"), "").is_err() {
            let error = commit(&folder, &prepared).expect_err("it is read-only");
            assert!(matches!(error, WriteError::Write { .. }), "{error}");
            let left = fs::read_dir(root.path()).expect("a directory").count();
            assert_eq!(left, 1);
        }
        set(0o755).expect("to be set");

        // The second file is another by now.
        fs::write(root.path().join("meta/_journal.json"), "{}").expect("a file");
        let error = commit(&folder, &prepared).expect_err("it is not what it was");
        assert!(matches!(error, WriteError::Changed(_)), "{error}");
        assert_eq!(fs::read_dir(root.path()).expect("a directory").count(), 1);
    }
}
