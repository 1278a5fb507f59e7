//! A file that is written again and again: only if it is another then, and never in the place of
//! something else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files::write_whole;
use crate::text::visible;

/// A file that is to be written.
pub(crate) struct Target {
    /// As it was named.
    path: PathBuf,
    /// Where it is: a link is followed, so that it stays one.
    place: PathBuf,
    /// What is in it.
    old: Option<String>,
}

impl Target {
    /// Looks what is there, before anything else is done.
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
                let what = if metadata.is_dir() { "a directory" } else { "no file" };
                Err(Failure::new(format!("{shown} is {what}")).with_help("name a file"))
            }
            Err(error) if missing(&error) && fs::symlink_metadata(path).is_ok() => {
                Err(Failure::new(format!("{shown} is a link to nothing"))
                    .with_help("make the file that it links to, or remove the link"))
            }
            Err(error) if missing(&error) => {
                let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
                if let Some(parent) = parent.filter(|parent| !parent.is_dir()) {
                    let parent = visible(&parent.to_string_lossy());
                    return Err(Failure::new(format!("there is no directory {parent}"))
                        .with_help("create it first, or name another file"));
                }
                Ok(this(path.to_owned(), None))
            }
            Err(error) => Err(unreadable(&error)),
        }
    }

    /// What is there, if anything is.
    pub(crate) fn old(&self) -> Option<&str> {
        self.old.as_deref()
    }

    /// As it was named, to be shown.
    pub(crate) fn name(&self) -> String {
        visible(&self.path.to_string_lossy())
    }

    /// Writes it, and says whether there was anything to write.
    pub(crate) fn write(&self, text: &str) -> Result<bool, Failure> {
        if self.old.as_deref() == Some(text) {
            return Ok(false);
        }
        write_whole(&self.place, text, false)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", self.name())))?;
        Ok(true)
    }
}
