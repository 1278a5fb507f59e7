//! A generated file: it is written only if its content changes, and never replaces another kind of file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files::write_whole;
use crate::text::visible;

/// A file to write.
pub(crate) struct Target {
    /// The path as given.
    path: PathBuf,
    /// The real path: a symbolic link is followed, so that it remains a link.
    place: PathBuf,
    /// Its present content.
    old: Option<String>,
}

impl Target {
    /// Reads the present content, before anything else is done.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        let shown = visible(&path.to_string_lossy());
        let unreadable = |error: &io::Error| Failure::new(format!("cannot read {shown}: {error}"));
        let missing = |error: &io::Error| error.kind() == io::ErrorKind::NotFound;
        let this = |place, old| Self { path: path.to_owned(), place, old };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {
                let place = fs::canonicalize(path).map_err(|error| unreadable(&error))?;
                let old = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
                Ok(this(place, Some(old)))
            }
            Ok(metadata) => {
                let what = if metadata.is_dir() { "a directory" } else { "not a regular file" };
                Err(Failure::new(format!("{shown} is {what}")).with_help("give the path of a file"))
            }
            Err(error) if missing(&error) && fs::symlink_metadata(path).is_ok() => {
                Err(Failure::new(format!("{shown} is a broken symbolic link"))
                    .with_help("create the file that it links to, or remove the link"))
            }
            Err(error) if missing(&error) => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                if let Some(parent) = parent.filter(|parent| !parent.is_dir()) {
                    let parent = visible(&parent.to_string_lossy());
                    return Err(Failure::new(format!("the directory {parent} does not exist"))
                        .with_help("create it first, or give another path"));
                }
                Ok(this(path.to_owned(), None))
            }
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// The present content, if the file exists.
    pub(crate) fn old(&self) -> Option<&str> {
        self.old.as_deref()
    }

    /// The path as given, for messages.
    pub(crate) fn name(&self) -> String {
        visible(&self.path.to_string_lossy())
    }

    /// Writes the file, and returns whether the content changed.
    pub(crate) fn write(&self, text: &str) -> Result<bool, Failure> {
        if self.old.as_deref() == Some(text) {
            return Ok(false);
        }
        write_whole(&self.place, text, false)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", self.name())))?;
        Ok(true)
    }
}
