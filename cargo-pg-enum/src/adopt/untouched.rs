//! Files that are not changed, whatever is in them.

use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_migrations::__syntax::with_deep_stack;

use super::file::without_impls;
use super::target::Target;
use crate::project::Project;
use crate::text::visible;

/// Files that are not changed, whatever is in them.
pub(super) struct Untouched {
    /// The root of the workspace, without links.
    root: Option<PathBuf>,
    target: Option<PathBuf>,
}

/// The lines at the start of a file that may say that it is generated, as rustfmt looks for it
/// (`is_generated_file` in `formatting/generated.rs`, rustfmt 1.8).
const FIRST_LINES: usize = 5;

impl Untouched {
    pub(super) fn new(project: &Project) -> Self {
        let root = project.root();
        let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
        Self { root: fs::canonicalize(root).ok(), target: fs::canonicalize(&project.target).ok() }
    }

    /// Whether an enum's impls can be removed from another file than its own. The error says why not.
    pub(super) fn impls(&mut self, file: &Path, target: &Target) -> Result<(), String> {
        if let Some(why) = self.why(file) {
            let shown = visible(&file.to_string_lossy());
            return Err(format!("its impls are in {shown}, which is not changed: {why}"));
        }
        let text = fs::read_to_string(file)
            .map_err(|error| format!("its impls cannot be read: {error}"))?;
        with_deep_stack(|| without_impls(&text, std::slice::from_ref(target))).map(drop)
    }

    /// Why a file is not to be changed, if it is not.
    pub(super) fn why(&mut self, file: &Path) -> Option<String> {
        let Ok(real) = fs::canonicalize(file) else { return Some("its file is gone".to_owned()) };
        if self.target.as_ref().is_some_and(|target| real.starts_with(target)) {
            return Some("its file is below the target directory".to_owned());
        }
        let Some(root) = self.root.as_ref().filter(|root| real.starts_with(root)) else {
            return Some("its file is outside the workspace".to_owned());
        };
        if is_linked(file, root) {
            return Some("its file is behind a symbolic link".to_owned());
        }
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => return Some(format!("its file cannot be read: {error}")),
        };
        let is_generated = text.lines().take(FIRST_LINES).any(|line| line.contains("@generated"));
        is_generated.then(|| "its file is generated (`@generated`)".to_owned())
    }
}

/// Whether a link is among the directories below the root, or is the file itself.
fn is_linked(file: &Path, root: &Path) -> bool {
    let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|there| there.is_symlink());
    file.ancestors()
        .take_while(|path| {
            !path.as_os_str().is_empty() && fs::canonicalize(path).is_ok_and(|path| path != root)
        })
        .any(is_link)
}
