//! Files that are written whole, in the place of the one that is there, and paths that are written into files.

use std::fs;
use std::io::{self, Write as _};
use std::path::{self, Path};

use tempfile::Builder;

use crate::text::slashed;

/// Replaces a file completely, or leaves the existing one unchanged. Keeps the permissions of the existing file.
pub(crate) fn write_whole(path: &Path, text: &str, executable: bool) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".pg-enum-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if executable { 0o777 } else { 0o666 };
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = executable;
    let parent = parent.unwrap_or(Path::new("."));
    // The error of a temporary file would name that file, of which nobody knows.
    fs::metadata(parent)?;
    let file = builder.tempfile_in(parent);
    let mut file = file.map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if let Ok(metadata) = fs::metadata(path) {
        fs::set_permissions(file.path(), metadata.permissions())?;
    }
    file.persist(path).map(drop).map_err(|failed| failed.error)
}

/// A path as a file in a directory names it: relative to that directory, with forward slashes.
pub(crate) fn below(dir: &Path, path: &Path) -> String {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    // As it is written, if it can be: a link may lead elsewhere on another machine.
    let written = |path: &Path| path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let resolved = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let below = written(path).strip_prefix(written(dir)).map(slashed).or_else(|_| {
        let (path, dir) = (resolved(path), resolved(dir));
        let mut above = dir.ancestors().enumerate();
        let found = above.find_map(|(up, above)| Some((up, path.strip_prefix(above).ok()?)));
        found.map(|(up, below)| "../".repeat(up) + &slashed(below)).ok_or_else(|| slashed(&path))
    });
    let below = below.unwrap_or_else(|path: String| path);
    let below = below.trim_end_matches('/');
    if below.is_empty() { ".".to_owned() } else { below.to_owned() }
}
