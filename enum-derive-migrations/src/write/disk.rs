//! Files that appear whole, together, and in no other's place.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io, mem};

use tempfile::{Builder, NamedTempFile};

use super::{NewFile, Prepared, WriteError};
use crate::Folder;
use crate::ground::{Migration, Part, Tool};

/// What has been written, and can be taken back.
#[derive(Debug, Default)]
pub struct Written {
    files: Vec<Done>,
    directories: Vec<PathBuf>,
    /// The folder with the new migrations in it.
    folder: Option<Folder>,
}

#[derive(Debug)]
struct Done {
    path: PathBuf,
    text: String,
    replaced: Option<String>,
}

/// Writes the migrations, and reads the folder again.
///
/// # Errors
///
/// When something cannot be written, or is there already, or the tool would read something else than what
/// is meant. Then nothing is left of it.
pub fn commit(folder: &Folder, prepared: &[Prepared]) -> Result<Written, WriteError> {
    let mut written = Written::default();
    let done = write(folder, prepared, &mut written).and_then(|()| verify(folder, prepared));
    match done {
        Ok(again) => {
            written.folder = Some(again);
            Ok(written)
        }
        Err(error) => {
            // The first error is the one to report; that what it leaves cannot be removed is an effect.
            let _ = written.undo();
            Err(error)
        }
    }
}

impl Written {
    /// The files, in the order in which they were written; those that existed as well.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|file| &*file.path)
    }

    /// The folder, read again.
    #[must_use]
    pub fn folder(&self) -> Option<&Folder> {
        self.folder.as_ref()
    }

    /// Takes it back: removes the files, and gives a file that existed its former text. One that somebody
    /// has changed since stays.
    ///
    /// # Errors
    ///
    /// The first of what could not be taken back; the rest is, as far as it can be.
    pub fn undo(mut self) -> Result<(), WriteError> {
        let mut result = Ok(());
        for Done { path, text, replaced } in mem::take(&mut self.files).into_iter().rev() {
            let undone = match fs::read(&path) {
                Ok(there) if there != text.as_bytes() => Err(WriteError::Changed(path)),
                Err(error) => Err(WriteError::Write { path, error }),
                Ok(_) => match replaced {
                    None => {
                        fs::remove_file(&path).map_err(|error| WriteError::Write { path, error })
                    }
                    Some(before) => stage(&path, &before).and_then(|staged| replace(staged, &path)),
                },
            };
            result = result.and(undone);
        }
        for path in mem::take(&mut self.directories).into_iter().rev() {
            let removed = fs::remove_dir(&path).map_err(|error| WriteError::Write { path, error });
            result = result.and(removed);
        }
        result
    }
}

fn write(folder: &Folder, prepared: &[Prepared], written: &mut Written) -> Result<(), WriteError> {
    // A file that several migrations change is written once, as it is in the end.
    let mut files: Vec<(PathBuf, NewFile)> = Vec::new();
    for file in prepared.iter().flat_map(|prepared| &prepared.files) {
        let path = folder.root.join(&file.path);
        match files.iter_mut().find(|(other, _)| *other == path) {
            Some((_, earlier)) => earlier.text.clone_from(&file.text),
            None => files.push((path, file.clone())),
        }
    }
    // What exists is changed last, when all that could fail has not.
    files.sort_by_key(|(_, file)| file.replaces.is_some());

    // Everything that takes space is on the disk before the first file has its name.
    let mut staged = Vec::with_capacity(files.len());
    for (path, file) in files {
        make_parent(&path, &folder.root, written)?;
        if let Some(before) = &file.replaces {
            let there = fs::read(&path);
            let there = there.map_err(|error| WriteError::Write { path: path.clone(), error })?;
            if without_mark(&there) != before.as_bytes() {
                return Err(WriteError::Changed(path));
            }
        }
        staged.push((stage(&path, &file.text)?, path, file));
    }
    for (temporary, path, file) in staged {
        if file.replaces.is_some() {
            replace(temporary, &path)?;
        } else {
            temporary.persist_noclobber(&path).map_err(|failed| match failed.error.kind() {
                io::ErrorKind::AlreadyExists => WriteError::Exists(path.clone()),
                _ => WriteError::Write { path: path.clone(), error: failed.error },
            })?;
        }
        written.files.push(Done { path, text: file.text, replaced: file.replaces });
    }
    Ok(())
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Makes the directories above a file that are not there.
fn make_parent(path: &Path, root: &Path, written: &mut Written) -> Result<(), WriteError> {
    let missing = path.ancestors().skip(1).take_while(|above| *above != root && !above.is_dir());
    for directory in missing.collect::<Vec<_>>().into_iter().rev() {
        fs::create_dir(directory)
            .map_err(|error| WriteError::Write { path: directory.to_owned(), error })?;
        written.directories.push(directory.to_owned());
    }
    Ok(())
}

/// The text in a file of another name beside the one that it is for.
fn stage(path: &Path, text: &str) -> Result<NamedTempFile, WriteError> {
    let mut builder = Builder::new();
    // No tool takes a hidden file without extension for a migration, should this process end here.
    builder.prefix(".pg-enum-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any other file has it; the umask takes away what it must.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let write = || {
        let mut file = builder.tempfile_in(path.parent().unwrap_or(Path::new("")))?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(file)
    };
    write().map_err(|error| WriteError::Write { path: path.to_owned(), error })
}

fn replace(temporary: NamedTempFile, path: &Path) -> Result<(), WriteError> {
    let replaced = fs::metadata(path)
        .and_then(|metadata| fs::set_permissions(temporary.path(), metadata.permissions()))
        .and_then(|()| temporary.persist(path).map_err(|failed| failed.error));
    replaced.map(drop).map_err(|error| WriteError::Write { path: path.to_owned(), error })
}

/// Reads the folder again: the new migrations must be its last, with the text that was meant, and nothing
/// in it must be unreadable that was not before.
fn verify(folder: &Folder, prepared: &[Prepared]) -> Result<Folder, WriteError> {
    let again = Folder::open_as(&folder.root, folder.tool).map_err(WriteError::Folder)?;
    let before: HashSet<&str> = folder.findings.iter().map(|found| &*found.message).collect();
    if let Some(new) = again.findings.iter().find(|found| !before.contains(&*found.message)) {
        return Err(WriteError::Text { tool: folder.tool, reason: new.message.clone() });
    }
    let rules = folder.tool.rules();
    let has_place = |migration: &&Migration| !rules.is_repeatable(migration);
    let mut migrations = again.migrations.iter().filter(has_place).rev();
    for expected in prepared.iter().rev() {
        let paths: Vec<_> = expected.files.iter().map(|file| &*file.path).collect();
        // A revision of Alembic's comes after its head, and perhaps before those of another branch.
        let next = if folder.tool == Tool::Alembic {
            again.migrations.iter().find(|it| paths.first() == Some(&it.path()))
        } else {
            migrations.next()
        };
        let (Some(last), Some(first)) = (next, paths.first()) else {
            let reason = format!("it does not take `{}` for a migration", expected.version);
            return Err(WriteError::Text { tool: folder.tool, reason });
        };
        if last.path() != *first {
            return Err(not_last(expected, last));
        }
        // Code is all of its file, which is there as it was written.
        let Part::Sql(up) = &last.up else { continue };
        let down = last.down.as_ref().map(|down| match down {
            Part::Sql(down) => down.text(),
            Part::Code(_) => "",
        });
        let same = |left: Option<&str>, right: Option<&str>| {
            left.unwrap_or_default().trim() == right.unwrap_or_default().trim()
        };
        if !same(Some(up.text()), Some(&expected.up)) || !same(down, expected.down.as_deref()) {
            let reason = format!(
                "a line in `{}` is the beginning or the end of a part to it",
                expected.version
            );
            return Err(WriteError::Text { tool: folder.tool, reason });
        }
    }
    drop(migrations);
    Ok(again)
}

fn not_last(expected: &Prepared, last: &Migration) -> WriteError {
    WriteError::NotLast { version: expected.version.clone(), after: last.name.clone() }
}
