//! What tools read folders with: directories as lists, files as text, and the orders of versions and names.

mod error;
mod loaded;
pub(crate) mod order;
pub(crate) mod sections;
mod seen;
#[cfg(test)]
mod tests;
mod text;

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::{fs, io, iter, mem};

pub use self::error::FolderError;
pub(crate) use self::loaded::{Body, Loaded, duplicate, whole_files};
pub(crate) use self::seen::{Manifest, Rank, Seen, Sign};
use self::text::decode;
use crate::ground::{Finding, Kind, Location, Source, Tool, order, parallel, sort};

/// A folder while it is read.
pub(crate) struct Reader {
    pub(crate) root: PathBuf,
    /// What is directly in the root, by name. A tool takes it with [`Reader::entries`].
    pub(crate) top: Vec<Entry>,
    pub(crate) findings: Vec<Finding>,
    /// Whether one transaction goes around all migrations, where the folder says that and not the tool alone.
    pub(crate) together: Option<bool>,
    /// The files that the tool takes, below the root.
    taken: HashSet<PathBuf>,
    /// Files that are looked at as if they were there, below the root, each with what is in it.
    added: BTreeMap<PathBuf, Vec<u8>>,
    /// What was in each directory when it was listed: telling the tool, reading, and what it leaves ask for the same.
    listed: RefCell<HashMap<PathBuf, Rc<Vec<Entry>>>>,
}

/// A file or a directory.
#[derive(Clone)]
pub(crate) struct Entry {
    /// Below the root.
    pub(crate) path: PathBuf,
    /// The last part of the path. Where it is not UTF-8 it has U+FFFD, which is in no tool's pattern.
    pub(crate) name: String,
    pub(crate) directory: bool,
    /// Whether it is a symbolic link; `directory` says what it leads to.
    pub(crate) link: bool,
}

impl Entry {
    pub(crate) fn is_hidden(&self) -> bool {
        self.name.starts_with('.')
    }

    /// Whether the name is that of a file of SQL.
    pub(crate) fn is_sql(&self) -> bool {
        let extension = self.name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
    }
}

/// A migration that is known by its file name alone.
pub(crate) struct Found<K> {
    /// What the tool orders migrations by, and refuses two of.
    pub(crate) key: K,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) up: PathBuf,
    /// Whether the file is no SQL.
    pub(crate) code: bool,
}

impl<K> Found<K> {
    /// A file of SQL.
    pub(crate) fn sql(key: K, version: impl Into<String>, entry: Entry) -> Self {
        let Entry { path, name, .. } = entry;
        let name = if path.as_os_str() == name.as_str() { name } else { slashes(&path) };
        Self { key, version: version.into(), name, up: path, code: false }
    }

    /// A directory of its own, with a file of SQL.
    pub(crate) fn directory(key: K, version: impl Into<String>, entry: Entry, file: &str) -> Self {
        let up = entry.path.join(file);
        Self { up, ..Self::sql(key, version, entry) }
    }
}

/// The same without the key.
struct Unread {
    version: String,
    name: String,
    up: PathBuf,
    code: bool,
}

/// A path with the slashes of names, whatever the system's.
pub(crate) fn slashes(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// A path below `home`, which is the folder `root` or a directory above it, as a path from the folder: without steps up and
/// down again.
pub(crate) fn from_root(home: &Path, path: &Path, root: &Path) -> PathBuf {
    let mut up = home.components().count();
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let mut inside: Vec<_> = root.components().rev().take(up).collect();
    let mut below = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if below.file_name().is_some() => drop(below.pop()),
            other => below.push(other),
        }
    }
    let mut rest = below.components().peekable();
    while let (Some(one), Some(other)) = (inside.last(), rest.peek())
        && one == other
    {
        inside.pop();
        rest.next();
        up -= 1;
    }
    let mut path: PathBuf = iter::repeat_n(Component::ParentDir, up).collect();
    path.extend(rest);
    path
}

impl Reader {
    pub(crate) fn open(root: &Path) -> Result<Self, FolderError> {
        Self::open_with(root, BTreeMap::new())
    }

    /// The same with more files than there are.
    pub(crate) fn open_with(
        root: &Path,
        added: BTreeMap<PathBuf, Vec<u8>>,
    ) -> Result<Self, FolderError> {
        let metadata = fs::metadata(root).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => FolderError::NotFound(root.to_owned()),
            _ => FolderError::Read { path: root.to_owned(), error },
        })?;
        if !metadata.is_dir() {
            return Err(FolderError::NotADirectory(root.to_owned()));
        }
        let mut reader = Self {
            root: root.to_owned(),
            top: Vec::new(),
            findings: Vec::new(),
            together: None,
            taken: HashSet::new(),
            added,
            listed: RefCell::default(),
        };
        reader.top = reader.list(Path::new(""))?;
        Ok(reader)
    }

    /// What is directly in the root. It is given away: nobody asks twice.
    pub(crate) fn entries(&mut self) -> Vec<Entry> {
        mem::take(&mut self.top)
    }

    /// The files directly in the root.
    pub(crate) fn files(&mut self) -> Vec<Entry> {
        let mut entries = self.entries();
        entries.retain(|entry| !entry.directory);
        entries
    }

    /// Those whose names end in `.sql`, as it is written here.
    pub(crate) fn files_of_sql(&mut self) -> Vec<Entry> {
        let mut files = self.files();
        files.retain(|entry| entry.name.strip_suffix(".sql").is_some());
        files
    }

    /// The directories directly in the root.
    pub(crate) fn directories(&mut self) -> Vec<Entry> {
        let mut entries = self.entries();
        entries.retain(|entry| entry.directory);
        entries
    }

    /// Whether there is such a file below the root.
    pub(crate) fn exists(&self, path: impl AsRef<Path>) -> bool {
        let path = path.as_ref();
        self.added.contains_key(path) || self.root.join(path).is_file()
    }

    /// What is directly in a directory below the root, by name: the system's order is any.
    pub(crate) fn list(&self, below: &Path) -> Result<Vec<Entry>, FolderError> {
        Ok(Vec::clone(&*self.listed(below)?))
    }

    fn listed(&self, below: &Path) -> Result<Rc<Vec<Entry>>, FolderError> {
        if let Some(entries) = self.listed.borrow().get(below) {
            return Ok(Rc::clone(entries));
        }
        let path = self.root.join(below);
        let list = || {
            let (added, mut entries) = (self.added_to(below), Vec::new());
            let is_there = added.is_empty() || path.is_dir();
            for entry in is_there.then(|| fs::read_dir(&path)).transpose()?.into_iter().flatten() {
                let entry = entry?;
                let mut kind = entry.file_type()?;
                let link = kind.is_symlink();
                // One that leads nowhere, or in a circle, stays: if it is named like a migration, reading
                // it says so.
                if link && let Ok(target) = fs::metadata(entry.path()) {
                    kind = target.file_type();
                }
                // Reading a pipe would wait for ever.
                if !(kind.is_dir() || kind.is_file() || kind.is_symlink()) {
                    continue;
                }
                let name = entry.file_name();
                let (path, name) = (below.join(&name), name.to_string_lossy().into_owned());
                entries.push(Entry { path, name, directory: kind.is_dir(), link });
            }
            if !added.is_empty() {
                let there: HashSet<PathBuf> =
                    entries.iter().map(|it: &Entry| it.path.clone()).collect();
                entries.extend(added.into_iter().filter(|added| !there.contains(&added.path)));
            }
            sort(&mut entries, &mut |a, b| a.path.as_os_str().cmp(b.path.as_os_str()));
            Ok(entries)
        };
        let entries = list().map_err(|error| FolderError::Read { path: path.clone(), error })?;
        let entries = Rc::new(entries);
        self.listed.borrow_mut().insert(below.to_owned(), Rc::clone(&entries));
        Ok(entries)
    }

    /// What added files put directly into a directory.
    fn added_to(&self, below: &Path) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        for added in self.added.keys() {
            let Some(first) = added.strip_prefix(below).ok().and_then(|it| it.components().next())
            else {
                continue;
            };
            let name = first.as_os_str().to_string_lossy().into_owned();
            let path = below.join(first);
            if entries.last().is_none_or(|last| last.path != path) {
                let directory = path != *added;
                entries.push(Entry { path, name, directory, link: false });
            }
        }
        entries
    }

    /// The files in the root and in all directories below it that `enter` accepts. No directory is
    /// entered twice, so that a circle of links has an end.
    pub(crate) fn walk(
        &mut self,
        enter: &dyn Fn(&Entry) -> bool,
    ) -> Result<Vec<Entry>, FolderError> {
        let mut entered: HashSet<PathBuf> = fs::canonicalize(&self.root).into_iter().collect();
        let mut files = Vec::new();
        let mut waiting = self.entries();
        while let Some(entry) = waiting.pop() {
            if !entry.directory {
                files.push(entry);
            } else if enter(&entry) {
                let path = self.root.join(&entry.path);
                let path = fs::canonicalize(&path).unwrap_or(path);
                if entered.insert(path) {
                    waiting.extend(self.list(&entry.path)?);
                }
            }
        }
        sort(&mut files, &mut |a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Reads files below the root, in the order given.
    pub(crate) fn read(&mut self, paths: &[PathBuf]) -> Result<Vec<Arc<Source>>, FolderError> {
        let mut sources = Vec::with_capacity(paths.len());
        let texts = parallel::map(paths, &|path| {
            if let Some(bytes) = self.added.get(path) {
                return Ok(decode(bytes.clone()));
            }
            let from = self.root.join(path);
            match fs::read(&from) {
                Ok(bytes) => Ok(decode(bytes)),
                Err(error) => Err(FolderError::Read { path: from, error }),
            }
        });
        for (path, text) in paths.iter().zip(texts) {
            let (text, flaw) = text?;
            self.take(path);
            let source = Arc::new(Source { path: path.clone(), text });
            if let Some(flaw) = flaw {
                self.findings.push(flaw.finding(&source));
            }
            sources.push(source);
        }
        Ok(sources)
    }

    /// Takes note of a file that the tool takes, though none of its text is run here.
    pub(crate) fn take(&mut self, path: &Path) {
        self.taken.insert(path.to_owned());
    }

    /// Takes back that the tool takes a file.
    pub(crate) fn leave(&mut self, path: &Path) {
        self.taken.remove(path);
    }

    /// The files of SQL in the root and one level down that the tool does not take, by path.
    pub(crate) fn passed_over(&self) -> Result<Vec<PathBuf>, FolderError> {
        let mut left = Vec::new();
        let mut leave = |entry: &Entry| {
            if entry.is_sql() && !self.taken.contains(&entry.path) {
                left.push(entry.path.clone());
            }
        };
        for entry in &*self.listed(Path::new(""))? {
            if !entry.directory {
                leave(entry);
            } else if !entry.is_hidden() {
                for file in self.listed(&entry.path)?.iter().filter(|file| !file.directory) {
                    leave(file);
                }
            }
        }
        Ok(left)
    }

    /// Reads one file below the root.
    pub(crate) fn read_one(&mut self, path: &Path) -> Result<Option<Arc<Source>>, FolderError> {
        Ok(self.read(&[path.to_owned()])?.pop())
    }

    /// Puts migrations in order, finds versions that appear twice, and reads all files. `downs` are the
    /// files that undo, each with its migration's key; one without a migration is left out, since it
    /// undoes nothing.
    pub(crate) fn load<K: Ord>(
        &mut self,
        tool: Tool,
        found: Vec<Found<K>>,
        downs: Vec<(K, PathBuf)>,
    ) -> Result<Vec<Loaded>, FolderError> {
        let (mut keys, mut migrations) = (Vec::new(), Vec::new());
        for Found { key, version, name, up, code } in found {
            keys.push(key);
            migrations.push(Unread { version, name, up, code });
        }
        let mut undo = Vec::new();
        for (key, path) in downs {
            keys.push(key);
            undo.push(path);
        }
        self.load_by(tool, migrations, undo, &|a, b| keys[a].cmp(&keys[b]))
    }

    /// The same, with an order of the indices: of migrations, and behind them those of the files that undo. It is
    /// compiled once, and not for each type of key.
    fn load_by(
        &mut self,
        tool: Tool,
        migrations: Vec<Unread>,
        mut undo: Vec<PathBuf>,
        compare: &dyn Fn(usize, usize) -> Ordering,
    ) -> Result<Vec<Loaded>, FolderError> {
        let count = migrations.len();
        // A file that undoes comes behind the migration of its key.
        let order = order(count + undo.len(), &mut |a, b| compare(a, b));
        let mut migrations: Vec<_> = migrations.into_iter().map(Some).collect();
        // Each migration, the file that undoes it, and whether its key is that of the one before.
        let mut plan: Vec<(Unread, Option<PathBuf>, bool)> = Vec::with_capacity(count);
        // An index of the key that is next, and where its first migration is in the plan.
        let mut last: Option<(usize, usize)> = None;
        for index in order {
            let first = last
                .filter(|(other, _)| compare(*other, index) == Ordering::Equal)
                .map(|(_, first)| first);
            if let Some(migration) = migrations.get_mut(index).and_then(Option::take) {
                last = Some((index, first.unwrap_or(plan.len())));
                plan.push((migration, None, first.is_some()));
            } else if let Some((_, down, _)) = first.and_then(|first| plan.get_mut(first)) {
                down.get_or_insert_with(|| mem::take(&mut undo[index - count]));
            }
        }
        let mut paths = Vec::with_capacity(count);
        for (migration, down, _) in &mut plan {
            if !migration.code {
                paths.push(mem::take(&mut migration.up));
            }
            paths.extend(down.clone());
        }

        let mut sources = self.read(&paths)?.into_iter();
        let mut loaded: Vec<Loaded> = Vec::with_capacity(count);
        for (Unread { version, name, up, code }, down, twice) in plan {
            let up = if code { None } else { sources.next() }.map_or(Body::Code(up), Body::Sql);
            let down = down.and_then(|_| sources.next());
            let migration = Loaded { version, name, up, down };
            if twice && let Some(first) = loaded.last() {
                self.findings.push(duplicate(tool, first, &migration));
            }
            loaded.push(migration);
        }
        Ok(loaded)
    }

    /// Reports something about a file that has not been read, and will not be.
    pub(crate) fn report(&mut self, path: &Path, message: impl Into<String>, help: &str) {
        let source = Arc::new(Source { path: path.to_owned(), text: String::new() });
        self.findings.push(unreadable(&source, 0, message).with_help(help));
    }
}

/// A finding at a byte of a file.
pub(crate) fn unreadable(source: &Arc<Source>, at: usize, message: impl Into<String>) -> Finding {
    Finding::new(Kind::Unreadable, message, Location::new(source, at..at))
}
