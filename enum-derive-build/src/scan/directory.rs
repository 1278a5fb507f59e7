//! Where the file of a module is (Rust reference, "Module source filenames" and "The path attribute").

use std::path::{Path, PathBuf};

/// Where the modules that a stretch of source declares are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Directory {
    path: PathBuf,
    /// In `x.rs` rather than `x/mod.rs`, the files of modules are in `x`; but a `#[path]` is relative to
    /// where `x.rs` is.
    relative: Option<String>,
}

/// The file of a module.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ModuleFile {
    pub(super) path: PathBuf,
    /// Where its own modules are.
    pub(super) directory: Directory,
}

/// Why a module has no file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoFile {
    /// There is neither of these.
    Neither(PathBuf, PathBuf),
    /// There are both of these.
    Both(PathBuf, PathBuf),
}

impl Directory {
    /// That of a crate's root.
    pub(super) fn of_root(file: &Path) -> Self {
        Self { path: parent(file), relative: None }
    }

    /// The file of `mod name;`.
    pub(super) fn file(&self, name: &str, path: Option<&str>) -> Result<ModuleFile, NoFile> {
        if let Some(path) = path {
            let path = self.path.join(path);
            // Such a file is like a `mod.rs`, whatever its name.
            let directory = Self::of_root(&path);
            return Ok(ModuleFile { path, directory });
        }
        let mut base = self.path.clone();
        base.extend(&self.relative);
        let (plain, nested) = (base.join(format!("{name}.rs")), base.join(name).join("mod.rs"));
        match (plain.exists(), nested.exists()) {
            (true, false) => {
                let directory = Self { path: base, relative: Some(name.to_owned()) };
                Ok(ModuleFile { path: plain, directory })
            }
            (false, true) => {
                let directory = Self::of_root(&nested);
                Ok(ModuleFile { path: nested, directory })
            }
            (false, false) => Err(NoFile::Neither(plain, nested)),
            (true, true) => Err(NoFile::Both(plain, nested)),
        }
    }

    /// Where the modules of `mod name { … }` are.
    pub(super) fn inline(&self, name: &str, path: Option<&str>) -> Self {
        let path = match path {
            Some(path) => self.path.join(path),
            None => {
                let mut inner = self.path.clone();
                inner.extend(&self.relative);
                inner.join(name)
            }
        };
        Self { path, relative: None }
    }
}

fn parent(file: &Path) -> PathBuf {
    file.parent().map_or_else(PathBuf::new, Path::to_owned)
}
