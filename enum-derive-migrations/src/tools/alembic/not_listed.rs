//! Revisions that go on from those of the folder, and that its settings do not name.
//!
//! A program may pass `version_locations` to Alembic itself, which no file says. Directories of old revisions, which nothing
//! follows on, are left alone.

use std::collections::HashSet;
use std::path::PathBuf;

use super::is_python;
use super::revision::{Revision, is_revision};
use crate::files::{FolderError, Reader};
use crate::ground::{Finding, Kind};

/// Files and directories that are looked at.
const FILES: usize = 10_000;
const DIRECTORIES: usize = 1_000;

/// Reports that revisions in these directories, or below them, come after some that are read.
pub(super) fn report(
    reader: &mut Reader,
    directories: Vec<PathBuf>,
    known: &HashSet<String>,
) -> Result<(), FolderError> {
    let (mut waiting, mut paths, mut left) = (directories, Vec::new(), DIRECTORIES);
    while let Some(directory) = waiting.pop().filter(|_| left > 0) {
        left -= 1;
        for entry in reader.list(&directory)? {
            if entry.directory {
                if entry.name != "__pycache__" && !entry.link && !entry.is_hidden() {
                    waiting.push(entry.path);
                }
            } else if is_python(&entry) && paths.len() < FILES {
                paths.push(entry.path);
            }
        }
    }
    let (mut first, mut count) = (None, 0_usize);
    for source in reader.read(&paths)? {
        if !is_revision(&source.text) {
            continue;
        }
        // What is wrong with a file that is not run is not reported.
        let Some((revision, places)) = Revision::read(&source, &mut Vec::new()) else { continue };
        if known.contains(&revision.id) {
            continue;
        }
        count += 1;
        if first.is_none() && revision.down.iter().any(|down| known.contains(down)) {
            first = Some(places.down);
        }
    }
    if let Some(at) = first {
        let message = match count {
            1 => {
                "a revision in a directory that no setting names goes on from here, and is not read"
                    .to_owned()
            }
            _ => format!(
                "{count} revisions in directories that no setting names go on from here, and are not read"
            ),
        };
        let help = "name the directories in `version_locations` of alembic.ini, or set `recursive_version_locations = true`";
        let finding = Finding::new(Kind::Unknown { touches: Vec::new() }, message, at);
        reader.findings.push(finding.with_help(help));
    }
    Ok(())
}
