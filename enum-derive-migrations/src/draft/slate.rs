//! A folder while migrations are drafted for it.

use std::path::{Path, PathBuf};

use jiff::civil::DateTime;

use super::number::{self, First};
use super::{Draft, NewFile, Prepared, WriteError, ended, slug};
use crate::ground::{Migration, Part};

/// A folder, and what has been drafted for it so far.
pub(crate) struct Slate<'a> {
    pub(crate) root: &'a Path,
    pub(crate) migrations: &'a [Migration],
    pub(crate) now: DateTime,
    /// The same, in milliseconds since 1970.
    pub(crate) millis: i64,
    /// The version of the last draft.
    last: Option<String>,
    /// drizzle's journal with the drafts so far.
    pub(crate) journal: Option<String>,
    /// The head of a graph that is asked for.
    pub(crate) head: Option<String>,
}

/// So many names are tried.
const TRIES: usize = 1000;

impl<'a> Slate<'a> {
    pub(crate) fn new(
        root: &'a Path,
        migrations: &'a [Migration],
        now: DateTime,
        millis: i64,
    ) -> Self {
        Self { root, migrations, now, millis, last: None, journal: None, head: None }
    }

    /// The version of the next draft, after the last one of the folder's; and the paths that it gets with
    /// it, at none of which there is anything.
    pub(crate) fn place(
        &mut self,
        last: Option<&str>,
        first: First,
        paths: impl Fn(&str) -> Vec<PathBuf>,
    ) -> Result<(String, Vec<PathBuf>), WriteError> {
        let mut last = self.last.clone().or_else(|| last.map(str::to_owned));
        let mut taken = PathBuf::new();
        for _ in 0..TRIES {
            let version = number::next(last.as_deref(), first, self.now)?;
            let paths = paths(&version);
            // A link that leads nowhere is something as well.
            let there = |path: &&PathBuf| self.root.join(path).symlink_metadata().is_ok();
            match paths.iter().find(there) {
                None => {
                    self.last = Some(version.clone());
                    return Ok((version, paths));
                }
                Some(path) => taken.clone_from(path),
            }
            last = Some(version);
        }
        Err(WriteError::Exists(self.root.join(taken)))
    }

    /// The version of the last draft.
    pub(crate) fn last_draft(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Takes note of a draft whose version is no number.
    pub(crate) fn note(&mut self, version: &str) {
        self.last = Some(version.to_owned());
    }

    /// The version of the folder's last migration.
    pub(crate) fn last_version(&self) -> Option<&'a str> {
        self.migrations.last().map(|migration| &*migration.version)
    }

    /// The directory of the folder's last migration, below the root; the root if there is none.
    pub(crate) fn beside_last(&self) -> &'a Path {
        let last = self.migrations.last();
        last.and_then(|migration| Path::new(&migration.name).parent()).unwrap_or(Path::new(""))
    }

    /// Whether one of the last few migrations has a way down in a file of its own.
    pub(crate) fn has_undo_files(&self) -> bool {
        self.migrations.iter().rev().take(5).any(|migration| {
            let (Part::Sql(up), Some(Part::Sql(down))) = (&migration.up, &migration.down) else {
                return false;
            };
            up.source.path != down.source.path
        })
    }
}

/// A file for the way up, and perhaps one for the way down.
pub(crate) fn in_files(version: String, draft: &Draft, paths: &[PathBuf]) -> Prepared {
    let mut files = Vec::new();
    let mut texts = [&draft.up, &draft.down].into_iter().map(|text| ended(text));
    for path in paths {
        files.extend(texts.next().map(|text| NewFile::new(path, text)));
    }
    let down = files.get(1).map(|file| file.text.clone());
    Prepared { version, up: ended(&draft.up), down, files }
}

/// One file for both ways: its whole text, and what the tool finds in it on each.
pub(crate) fn in_one_file(
    version: String,
    paths: Vec<PathBuf>,
    text: &str,
    up: String,
    down: String,
) -> Prepared {
    let files = paths.into_iter().map(|path| NewFile::new(path, text)).collect();
    Prepared { version, files, up, down: Some(down) }
}

impl Draft {
    pub(crate) fn slug(&self) -> String {
        slug(&self.name)
    }
}
