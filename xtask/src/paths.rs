//! Where things are.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The directory of the workspace's `Cargo.toml`.
pub(crate) fn workspace_root() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package)
}

/// The directory cargo builds in.
pub(crate) fn target_dir() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").filter(|value| !value.is_empty());
    // An absolute path replaces the root; a relative one is meant to start there.
    workspace_root().join(target.as_deref().unwrap_or(OsStr::new("target")))
}

/// The directory that servers are unpacked to, each to a directory named after its version. The
/// test server looks for them there.
pub(crate) fn unpacked_dir() -> PathBuf {
    target_dir().join("postgres")
}
