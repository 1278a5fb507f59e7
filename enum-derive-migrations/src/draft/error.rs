//! Why a migration cannot be written.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

use crate::files::FolderError;
use crate::ground::Tool;

/// Why a migration cannot be written. Nothing is left of it then, unless it says otherwise.
#[derive(Debug)]
#[non_exhaustive]
pub enum WriteError {
    /// The system would not write it.
    Write {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The folder cannot be read again.
    Folder(FolderError),
    /// There is something of that name already.
    Exists(PathBuf),
    /// A file is not what it was when the migration was prepared.
    Changed(PathBuf),
    /// The last version has no number that could be counted on.
    NoNumber {
        /// That version.
        version: String,
    },
    /// The tool would not apply it after all the others.
    NotLast {
        /// What was to be the last.
        version: String,
        /// What would come after it.
        after: String,
    },
    /// Only the tool itself can write a migration of its own.
    ByTool {
        /// The tool.
        tool: Tool,
        /// Why, and what to run.
        how: String,
    },
    /// The tool would read something else than what is meant.
    Text {
        /// The tool.
        tool: Tool,
        /// What in the text it is, and what becomes of it.
        reason: String,
    },
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write { path, error } => write!(f, "cannot write {}: {error}", path.display()),
            Self::Folder(error) => error.fmt(f),
            Self::Exists(path) => write!(f, "{} exists already", path.display()),
            Self::Changed(path) => {
                write!(f, "{} has been changed in the meantime", path.display())
            }
            Self::NoNumber { version } => {
                write!(f, "there is no number in `{version}` that a next one could follow")
            }
            Self::NotLast { version, after } => write!(
                f,
                "a migration with the version `{version}` would not be the last one: `{after}` comes \
                 after it"
            ),
            Self::ByTool { tool, how } => {
                write!(f, "{tool} has to write the migration itself: {how}")
            }
            Self::Text { tool, reason } => {
                write!(f, "{tool} would not apply the migration as it is meant: {reason}")
            }
        }
    }
}

impl Error for WriteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Write { error, .. } => Some(error),
            Self::Folder(error) => Some(error),
            _ => None,
        }
    }
}
