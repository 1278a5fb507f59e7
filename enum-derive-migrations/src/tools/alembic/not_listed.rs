//! Revisions that go on from those of the folder, and that its settings do not name.
//!
//! A program may pass `version_locations` to Alembic itself, which no file says. Directories of old revisions, which nothing
//! follows on, are left alone.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use super::is_python;
use super::revision::{Places, Revision, is_revision};
use crate::files::Reader;
use crate::ground::{Finding, Kind, Location, Source, parallel};

/// Files and directories that are looked at.
const FILES: usize = 10_000;
const DIRECTORIES: usize = 1_000;

/// Reports that revisions in these directories, or below them, come after some that are read, and what is not looked at
/// for that. Alembic opens none of it, so that what cannot be read is no error.
pub(super) fn report(reader: &mut Reader, directories: Vec<PathBuf>, known: &HashSet<String>) {
    let (mut waiting, mut paths, mut looked_at) = (directories, Vec::new(), 0);
    let mut passed_over = Vec::new();
    while let Some(directory) = waiting.pop() {
        let is_allowed = looked_at < DIRECTORIES && paths.len() < FILES;
        let Some(entries) = reader.list(&directory).ok().filter(|_| is_allowed) else {
            passed_over.push(directory);
            continue;
        };
        looked_at += 1;
        for entry in entries {
            if entry.directory {
                if entry.name != "__pycache__" && !entry.link && !entry.is_hidden() {
                    waiting.push(entry.path);
                }
            } else if is_python(&entry) {
                let list = if paths.len() < FILES { &mut paths } else { &mut passed_over };
                list.push(entry.path);
            }
        }
    }
    let root = reader.root.clone();
    let texts = parallel::map(&paths, &|path| fs::read(root.join(path)).ok());
    let mut others = Vec::new();
    for (path, text) in paths.into_iter().zip(texts) {
        let Some(text) = text else {
            passed_over.push(path);
            continue;
        };
        let text = String::from_utf8_lossy(&text).into_owned();
        if !is_revision(&text) {
            continue;
        }
        // What is wrong with a file that is not run is not reported.
        let revision = Revision::read(&Arc::new(Source { path, text }), &mut Vec::new());
        others.extend(revision.filter(|(revision, _)| !known.contains(&revision.id)));
    }
    report_followers(reader, others, known);
    report_passed_over(reader, passed_over);
}

/// Reports those of the revisions that come after known ones, or after one that does.
fn report_followers(
    reader: &mut Reader,
    mut others: Vec<(Revision, Places)>,
    known: &HashSet<String>,
) {
    let mut after: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut waiting = Vec::new();
    for (index, (revision, _)) in others.iter().enumerate() {
        if revision.down.iter().any(|down| known.contains(down)) {
            waiting.push(index);
        }
        for down in &revision.down {
            after.entry(down).or_default().push(index);
        }
    }
    let Some(&first) = waiting.first() else { return };
    let mut followers = HashSet::new();
    while let Some(index) = waiting.pop() {
        if followers.insert(index) {
            waiting.extend(after.get(&*others[index].0.id).into_iter().flatten());
        }
    }
    let message = match followers.len() {
        1 => "a revision in a directory that no setting names goes on from here, and is not read"
            .to_owned(),
        count => format!(
            "{count} revisions in directories that no setting names go on from here, and are not read"
        ),
    };
    let help = "name the directories in `version_locations` of alembic.ini, or set `recursive_version_locations = true`";
    let (_, Places { down, .. }) = others.swap_remove(first);
    let finding = Finding::new(Kind::Unknown { touches: Vec::new() }, message, down);
    reader.findings.push(finding.with_help(help));
}

fn report_passed_over(reader: &mut Reader, passed_over: Vec<PathBuf>) {
    let count = passed_over.len();
    let Some(path) = passed_over.into_iter().next() else { return };
    let message = format!(
        "not all files and directories that no setting names are searched for revisions: {count} cannot be read, or come after \
         the first {FILES} files and {DIRECTORIES} directories"
    );
    let help = "make them readable, or move what holds no revisions out of this directory";
    let source = Arc::new(Source { path, text: String::new() });
    let kind = Kind::Unknown { touches: Vec::new() };
    let finding = Finding::new(kind, message, Location::new(&source, 0..0));
    reader.findings.push(finding.with_help(help));
}
