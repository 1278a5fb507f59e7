//! The files of a folder, and which of them are not what they were.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pg_enum_core::visible;

use crate::Error;

/// A hash of a text's lines: FNV-1a with 64 bits (draft-eastlake-fnv), as std's hashes may be others with
/// the next release. A line end may be `\n` or `\r\n`, since git writes those that a system is used to
/// (gitattributes, `text` and `core.autocrlf`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentHash(u64);

impl ContentHash {
    /// That of a text.
    ///
    /// ```
    /// use pg_enum_build::record_file::ContentHash;
    ///
    /// assert_eq!(ContentHash::of(b"a\r\nb"), ContentHash::of(b"a\nb"));
    /// assert_eq!(ContentHash::of(b"foobar").to_string(), "85944171f73967e8");
    /// ```
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325;
        // Build scripts are not optimised: this is the loop that takes the least then.
        for (at, &byte) in text.iter().enumerate() {
            if byte == b'\r' && text.get(at + 1) == Some(&b'\n') {
                continue;
            }
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Self(hash)
    }
}

/// 16 hexadecimal digits.
impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Reads what `Display` writes.
impl FromStr for ContentHash {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

/// A file of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedFile {
    /// Its path below the folder, with forward slashes.
    pub path: String,
    /// What is in it.
    pub hash: ContentHash,
}

/// Every file in a folder and in the folders below it, by path, but for those that are hidden: a name that
/// begins with a dot is an editor's or the system's. Which of the files the migration tool runs takes its
/// rules to tell, and so all of them count.
///
/// Links are followed, and no folder is entered twice.
///
/// # Errors
///
/// When a folder or a file cannot be read, and when a name is not UTF-8.
pub fn hash_files(folder: &Path) -> Result<Vec<HashedFile>, Error> {
    let mut found = Vec::new();
    let mut entered: HashSet<PathBuf> = HashSet::new();
    let mut waiting = vec![(folder.to_owned(), String::new())];
    while let Some((path, below)) = waiting.pop() {
        let failed = |error| cannot_read(&path, &error);
        if !entered.insert(fs::canonicalize(&path).map_err(failed)?) {
            continue;
        }
        let mut folders = Vec::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().unwrap_or_default();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let Some(name) = name.to_str() else {
                return Err(Error::new(format!(
                    "the name of {} is not UTF-8; rename the file, so that it can be recorded",
                    visible(path.display())
                )));
            };
            let below = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
            let kind = fs::metadata(&path).map_err(|error| cannot_read(&path, &error))?;
            if kind.is_dir() {
                folders.push((path, below));
            } else if kind.is_file() {
                found.push((path, below));
            }
        }
        // The last is the next: where two links lead to one folder, the first by name is entered.
        sort(&mut folders);
        folders.reverse();
        waiting.append(&mut folders);
    }
    sort(&mut found);
    let mut files = Vec::with_capacity(found.len());
    for (path, below) in found {
        let bytes = fs::read(&path).map_err(|error| cannot_read(&path, &error))?;
        files.push(HashedFile { path: below, hash: ContentHash::of(&bytes) });
    }
    Ok(files)
}

/// By the paths below the folder. A sort is much code, which is compiled for each type.
fn sort(found: &mut [(PathBuf, String)]) {
    found.sort_by(|(_, a), (_, b)| a.cmp(b));
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("cannot read {}: {error}", visible(path.display())))
}

/// How a file differs from what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It is not in the record.
    New(String),
    /// It is in the record with another content.
    Changed(String),
    /// It is in the record alone.
    Gone(String),
}

/// `1_mood.sql is new`
impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::New(path) => write!(f, "{} is new", visible(path)),
            Self::Changed(path) => write!(f, "{} has changed", visible(path)),
            Self::Gone(path) => write!(f, "{} is gone", visible(path)),
        }
    }
}

/// The files that are not as they were recorded. Both lists are by path.
#[must_use]
pub fn changes(recorded: &[HashedFile], now: &[HashedFile]) -> Vec<FileChange> {
    let find = |files: &[HashedFile], path: &str| {
        files.binary_search_by(|file| (*file.path).cmp(path)).map(|at| files[at].hash).ok()
    };
    let mut changes = Vec::new();
    for file in recorded {
        if find(now, &file.path).is_none() {
            changes.push(FileChange::Gone(file.path.clone()));
        }
    }
    for file in now {
        match find(recorded, &file.path) {
            None => changes.push(FileChange::New(file.path.clone())),
            Some(hash) if hash != file.hash => changes.push(FileChange::Changed(file.path.clone())),
            Some(_) => {}
        }
    }
    changes
}
