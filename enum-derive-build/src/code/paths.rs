//! Paths from a folder of migrations, which may lead out of it.

use std::path::{Component, Path, PathBuf};

/// The directory that a path is in, which may be above the folder.
pub(super) fn parent(path: &Path) -> PathBuf {
    match path.components().next_back() {
        None | Some(Component::ParentDir) => path.join(".."),
        Some(_) => path.parent().map(Path::to_owned).unwrap_or_default(),
    }
}

/// A path without `.` and without `a/..` in it.
pub(super) fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(tidy.components().next_back(), Some(Component::Normal(_))) =>
            {
                tidy.pop();
            }
            component => tidy.push(component),
        }
    }
    tidy
}
