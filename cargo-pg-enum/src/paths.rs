//! Paths as they are shown.

use std::env;
use std::path::{Component, Path, PathBuf};

/// The path relative to the current directory, if it is below it.
pub(crate) fn nearby(path: &Path) -> PathBuf {
    let here = env::current_dir().ok();
    tidy(here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path))
}

/// A path without `.` in it, and without `a/..`, unless `a` is a link.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidy.components().next_back(), Some(Component::Normal(_)))
                    && !tidy.is_symlink() =>
            {
                tidy.pop();
            }
            component => tidy.push(component),
        }
    }
    if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy }
}
