//! Why a folder cannot be read at all.

use std::error::Error;
use std::path::PathBuf;
use std::{fmt, io};

use crate::ground::Names;

/// Why a folder cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum FolderError {
    /// There is nothing at this path.
    NotFound(PathBuf),
    /// What is there is no directory.
    NotADirectory(PathBuf),
    /// The system would not read it.
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Nothing in the folder looks like a migration.
    NoMigrations(PathBuf),
    /// There is something, but whose it is cannot be told.
    Ambiguous {
        /// The folder.
        root: PathBuf,
        /// What there is.
        seen: String,
    },
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound(path) => write!(f, "{} does not exist", path.display()),
            Self::NotADirectory(path) => write!(f, "{} is not a directory", path.display()),
            Self::Read { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            Self::NoMigrations(path) => write!(
                f,
                "nothing in {} looks like a migration; if this is the right folder, name the tool with \
                 --tool NAME ({Names})",
                path.display()
            ),
            Self::Ambiguous { root, seen } => write!(
                f,
                "cannot tell which tool reads {}: {seen}; name it with --tool NAME ({Names})",
                root.display()
            ),
        }
    }
}

impl Error for FolderError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            _ => None,
        }
    }
}
