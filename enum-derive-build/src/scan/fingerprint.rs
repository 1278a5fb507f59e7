//! Whether source is what it was.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use super::read::read;

/// The hash of files that are read one after the other.
#[derive(Debug, Default)]
pub(super) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    pub(super) fn add(&mut self, path: &Path, text: &str) {
        (path, text).hash(&mut self.0);
    }

    pub(super) fn value(&self) -> u64 {
        self.0.finish()
    }
}

/// What tells these files from others: a hash of their paths and of all that is in them. Nothing is parsed.
///
/// As long as it is that of [`Scan::fingerprint`](super::Scan), another scan from the same roots finds the
/// same, except that a module whose file was not found may have one by now. It is for programs that are
/// the same build: another release of Rust may hash otherwise.
///
/// # Errors
///
/// When a file cannot be read.
///
/// ```
/// use pg_enum_build::scan::{Cfg, fingerprint, scan};
///
/// # let root = tempfile::tempdir()?;
/// # let root = root.path().join("lib.rs");
/// std::fs::write(&root, "enum Mood { Sad }")?;
/// let before = scan([&root], &Cfg::new());
/// assert_eq!(fingerprint(&before.files)?, before.fingerprint);
///
/// std::fs::write(&root, "enum Mood { Sad, Happy }")?;
/// assert_ne!(fingerprint(&before.files)?, before.fingerprint);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fingerprint(files: &[PathBuf]) -> io::Result<u64> {
    let mut fingerprint = Fingerprint::default();
    for file in files {
        fingerprint.add(file, &read(file)?);
    }
    Ok(fingerprint.value())
}
