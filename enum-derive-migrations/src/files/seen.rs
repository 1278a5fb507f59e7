//! What a folder looks like before it is known which tool reads it, and how sure a tool's sign is.

use std::cell::OnceCell;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::text::decode;
use super::{Entry, Reader};

/// So many directories upwards, the folder itself included, are searched for a manifest.
const LEVELS: usize = 7;

/// So many files from either end of the list are looked into.
const SAMPLE: usize = 8;

/// So much of each.
const HEAD: u64 = 16 * 1024;

/// A folder, as a tool looks at it to tell whether it is its own.
pub(crate) struct Seen<'a> {
    pub(crate) reader: &'a Reader,
    /// The files directly in the root.
    pub(crate) files: Vec<&'a Entry>,
    /// The directories directly in the root, without the hidden ones.
    pub(crate) directories: Vec<&'a Entry>,
    /// The files of SQL in the root whose names begin with a digit: `20240101_x.sql`, `1_x.up.sql`.
    pub(crate) numbered: Vec<&'a Entry>,
    below: OnceCell<Vec<Entry>>,
    heads: OnceCell<Vec<String>>,
    manifest: OnceCell<Option<Manifest>>,
    package: OnceCell<Option<String>>,
}

/// What in a folder speaks for a tool.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Sign {
    pub(crate) rank: Rank,
    /// The file, or what else it is.
    pub(crate) seen: String,
}

impl Sign {
    pub(crate) fn new(rank: Rank, seen: impl Into<String>) -> Self {
        Self { rank, seen: seen.into() }
    }

    /// A file that no other tool has.
    pub(crate) fn file(path: impl Into<String>) -> Self {
        Self::new(Rank::File, path)
    }
}

/// How sure a sign is. Of two tools with a sign, the one with the surer has the folder.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// There are files in some order, and nothing says whose they are.
    Order,
    /// The files could be several tools', and what is above the folder speaks for one.
    Surroundings,
    /// A line in a file that a tool reads or writes.
    Marks,
    /// Names that two tools take, though for this folder it makes no difference.
    Alike,
    /// Names that no other tool takes.
    Names,
    /// Directories with files that no other tool has there.
    Layout,
    /// A file that no other tool has: a journal, a lock, a plan.
    File,
}

impl Rank {
    /// Whether the folder itself does not prove whose it is.
    pub(crate) fn is_assumed(self) -> bool {
        matches!(self, Self::Order | Self::Surroundings | Self::Alike)
    }
}

/// What stands at the top of a project.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manifest {
    Cargo,
    Go,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(reader: &'a Reader) -> Self {
        let (mut directories, mut files, mut numbered) = (Vec::new(), Vec::new(), Vec::new());
        for entry in &reader.top {
            if !entry.directory {
                files.push(entry);
                if is_numbered(entry) {
                    numbered.push(entry);
                }
            } else if !entry.is_hidden() {
                directories.push(entry);
            }
        }
        let (below, heads) = (OnceCell::new(), OnceCell::new());
        let (manifest, package) = (OnceCell::new(), OnceCell::new());
        Self { reader, files, directories, numbered, below, heads, manifest, package }
    }

    /// Whether there is a file of that name in the root.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|entry| entry.name == name)
    }

    /// The files of SQL in the root.
    pub(crate) fn sql(&self) -> Vec<&'a Entry> {
        let mut files = self.files.clone();
        files.retain(|entry| entry.is_sql());
        files
    }

    /// The first directory of the root that has such a file, with the path of that. Beside numbered files, only a
    /// directory with a number itself may be a migration: others hold something else.
    pub(crate) fn directory_with(&self, file: &str) -> Option<(&'a Entry, String)> {
        let directory = self
            .directories
            .iter()
            .copied()
            .filter(|directory| {
                let is_numbered = directory.name.starts_with(|c: char| c.is_ascii_digit());
                is_numbered || self.numbered.is_empty()
            })
            .find(|directory| self.reader.exists(directory.path.join(file)))?;
        Some((directory, format!("{}/{file}", directory.name)))
    }

    /// Whether a directory of the root has such a name.
    pub(crate) fn any_directory(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.directories.iter().any(|directory| is_it(&directory.name))
    }

    /// The files one level down. Deeper ones, should they be the only ones, are not looked for: a folder that
    /// far up is hardly the one that was meant.
    pub(crate) fn below(&self) -> &[Entry] {
        self.below.get_or_init(|| {
            let mut files = Vec::new();
            for directory in &self.directories {
                files.extend(self.reader.list(&directory.path).unwrap_or_default());
            }
            files.retain(|entry| !entry.directory);
            files
        })
    }

    /// The files in the root and one level down.
    pub(crate) fn both(&self) -> Vec<&Entry> {
        let mut files = self.files.clone();
        files.extend(self.below());
        files
    }

    /// Whether numbered directories are more than numbered files, which are then what a tool passes over.
    pub(crate) fn has_mostly_directories(&self) -> bool {
        let is_numbered = |entry: &&&Entry| entry.name.starts_with(|c: char| c.is_ascii_digit());
        self.directories.iter().filter(is_numbered).count() > 2 * self.numbered.len()
    }

    /// Whether the root has nothing but directories with numbered files, and these are numbered themselves.
    pub(crate) fn is_numbered_below(&self) -> bool {
        self.below().iter().any(is_numbered)
            && self
                .directories
                .iter()
                .any(|entry| entry.name.contains(|char: char| char.is_ascii_digit()))
    }

    /// How some of the files of SQL in the root begin.
    pub(crate) fn heads(&self) -> &[String] {
        self.heads.get_or_init(|| self.heads_of(&self.sql()))
    }

    /// How some of these files begin.
    pub(crate) fn heads_of(&self, files: &[&Entry]) -> Vec<String> {
        let rest = files.get(SAMPLE..).unwrap_or_default();
        let last = rest.get(rest.len().saturating_sub(SAMPLE)..).unwrap_or_default();
        let head = |entry: &Entry| {
            let mut head = Vec::new();
            let file = fs::File::open(self.reader.root.join(&entry.path)).ok()?;
            file.take(HEAD).read_to_end(&mut head).ok()?;
            Some(decode(head).0)
        };
        let mut heads = Vec::new();
        for sample in [&files[..files.len() - rest.len()], last] {
            for entry in sample {
                heads.extend(head(entry));
            }
        }
        heads
    }

    /// Whether the folder is in a directory of this name.
    pub(crate) fn is_below(&self, name: &str) -> bool {
        let root = fs::canonicalize(&self.reader.root).ok();
        root.as_deref()
            .and_then(Path::parent)
            .and_then(Path::file_name)
            .is_some_and(|it| it == name)
    }

    /// Whether one of these files is in the directory above the folder.
    pub(crate) fn has_above(&self, names: &[&str]) -> bool {
        let above = |path: PathBuf| Some(path.parent()?.to_owned());
        let above = fs::canonicalize(&self.reader.root).ok().and_then(above);
        above.is_some_and(|above| names.iter().any(|name| above.join(name).is_file()))
    }

    /// Whether the nearest `package.json` above the folder names this package.
    pub(crate) fn needs(&self, package: &str) -> bool {
        let text = self.package.get_or_init(|| {
            let root = fs::canonicalize(&self.reader.root).ok()?;
            root.ancestors()
                .take(LEVELS)
                .find_map(|directory| fs::read_to_string(directory.join("package.json")).ok())
        });
        text.as_ref().is_some_and(|text| text.contains(&format!("\"{package}\"")))
    }

    /// The nearest manifest above the folder. Where both are side by side, neither says anything.
    pub(crate) fn manifest(&self) -> Option<Manifest> {
        *self.manifest.get_or_init(|| {
            let root = fs::canonicalize(&self.reader.root).ok()?;
            root.ancestors().take(LEVELS).find_map(|directory| {
                let has = |name: &str| Path::is_file(&directory.join(name));
                match (has("Cargo.toml"), has("go.mod")) {
                    (true, false) => Some(Manifest::Cargo),
                    (false, true) => Some(Manifest::Go),
                    _ => None,
                }
            })
        })
    }
}

fn is_numbered(entry: &Entry) -> bool {
    entry.name.starts_with(|char: char| char.is_ascii_digit()) && entry.is_sql()
}
