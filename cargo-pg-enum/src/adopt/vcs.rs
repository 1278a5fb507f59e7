//! The state of version control, and the writing of changes that it must allow.

use std::path::Path;
use std::process::Command;

use super::{Adoption, Change};
use crate::failure::Failure;
use crate::files::write_whole;
use crate::project::Project;
use crate::text::{list, visible};

/// What is done although changes could be lost in others, as `cargo fix` has it
/// (`check_version_control` in `src/cargo/ops/fix.rs`, cargo 1.94).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    pub(crate) allow_dirty: bool,
    pub(crate) allow_no_vcs: bool,
}

/// Files that are named.
const MOST: usize = 10;

impl Policy {
    /// Refuses a workspace in which these changes could not be told from others.
    pub(crate) fn check(self, project: &Project) -> Result<(), Failure> {
        let Some(status) = status(project.root()) else {
            return if self.allow_no_vcs {
                Ok(())
            } else {
                Err(Failure::new(
                    "there is no git repository, so that the changes could not be undone",
                )
                .with_help("add --allow-no-vcs to change the files all the same"))
            };
        };
        if self.allow_dirty || status.is_empty() {
            return Ok(());
        }
        let files = list(status.iter().map(|file| visible(file)), MOST);
        Err(Failure::new(format!("the repository has uncommitted changes: {files}"))
            .with_help("commit them first, or add --allow-dirty"))
    }
}

/// The files with uncommitted changes. `None` if there is no repository, or no git.
fn status(root: &Path) -> Option<Vec<String>> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    // A repository's own configuration can name a program to be run for its status.
    let git = Command::new("git")
        .args(["-c", "core.fsmonitor=false", "status", "--porcelain", "-z"])
        .current_dir(root)
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&git.stdout).into_owned();
    let files = text.split('\0').filter_map(|entry| entry.get(3..)).map(str::to_owned);
    git.status.success().then(|| files.collect())
}

impl Adoption {
    /// Writes all changes, or none.
    pub(crate) fn write(&self) -> Result<(), Failure> {
        for change in &self.changes {
            change.check_unchanged()?;
        }
        for (index, change) in self.changes.iter().enumerate() {
            if let Err(error) = write_whole(&change.path, &change.after, false) {
                let mut failure = Failure::new(format!("cannot write {}: {error}", change.shown()));
                for done in self.changes[..index].iter().rev() {
                    if let Err(error) = write_whole(&done.path, &done.before, false) {
                        let what = format!("{} could not be restored: {error}", done.shown());
                        failure = failure.with_detail(what);
                    }
                }
                return Err(failure);
            }
        }
        Ok(())
    }
}

impl Change {
    fn shown(&self) -> String {
        visible(&self.path.to_string_lossy())
    }

    /// Somebody may have worked on while a question was open.
    fn check_unchanged(&self) -> Result<(), Failure> {
        let now = std::fs::read_to_string(&self.path)
            .map_err(|error| Failure::new(format!("cannot read {}: {error}", self.shown())))?;
        if now == self.before {
            return Ok(());
        }
        Err(Failure::new(format!("{} has changed in the meantime", self.shown()))
            .with_help("run the command again"))
    }
}
