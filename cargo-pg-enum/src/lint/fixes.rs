//! `--fix`: changes of files, each round of which is looked at.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use pg_enum_lint::{Fix, Severity};

use super::{Found, Settings};
use crate::Streams;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::migrations::Request;
use crate::paths::tidy;
use crate::problem::Problem;
use crate::text::visible;

/// The byte order mark.
const MARK: char = '\u{feff}';

/// Each round of fixes may make others possible.
const ROUNDS: usize = 10;

/// Makes the fixes, looks again, and takes back a round after which there is an error that was not there before. Returns what is
/// found in the end.
///
/// # Errors
///
/// If a file cannot be read or written, or is not the one that was looked at. The files are then as they were before the round.
pub(crate) fn fix(
    mut found: Found,
    requests: &[Request],
    settings: &Settings,
    streams: &mut Streams<'_>,
) -> Result<Found, Failure> {
    let (mut changed, mut made) = (HashSet::new(), 0);
    for _ in 0..ROUNDS {
        let fixes: Vec<&(PathBuf, Fix)> =
            found.reported.iter().filter_map(|reported| reported.fix.as_ref()).collect();
        if fixes.is_empty() {
            break;
        }
        let before = files_before(&fixes)?;
        let round = make(&fixes, &before)
            .and_then(|now| Ok((now, Found::look(requests, settings, streams)?)));
        let (now, next) = match round {
            Ok(round) => round,
            Err(failure) => {
                take_back(&before)?;
                return Err(failure);
            }
        };
        if let Some(new) = new_error(&found, &next) {
            take_back(&before)?;
            streams.note(&format!(
                "{} taken back, because {} would be found afterwards: {}",
                if now == 1 { "1 fix is".to_owned() } else { format!("{now} fixes are") },
                new.code,
                new.message
            ));
            break;
        }
        made += now;
        changed.extend(before.into_keys());
        found = next;
    }
    if made > 0 {
        let mut files: Vec<_> =
            changed.iter().map(|path| visible(&path.to_string_lossy())).collect();
        files.sort();
        let were = if made == 1 { "problem is" } else { "problems are" };
        streams.note(&format!("{made} {were} fixed in {}", files.join(", ")));
        streams.note(
            "do not change a migration that a database has applied: many tools compare checksums, and no tool runs it again",
        );
    }
    Ok(found)
}

/// Makes fixes. Returns how many.
fn make(fixes: &[&(PathBuf, Fix)], before: &BTreeMap<PathBuf, String>) -> Result<usize, Failure> {
    let mut by_root: BTreeMap<&Path, Vec<&Fix>> = BTreeMap::new();
    for (root, fix) in fixes {
        by_root.entry(root).or_default().push(fix);
    }
    let mut made = 0;
    for (root, fixes) in by_root {
        let (changed, of_root) = Fix::apply(fixes);
        made += of_root;
        for (path, text) in changed {
            let path = root.join(path);
            // Replay reads SQL without a byte order mark.
            let has_mark = before.get(&path).is_some_and(|old| old.starts_with(MARK));
            let mark = if has_mark && !text.starts_with(MARK) { "\u{feff}" } else { "" };
            write(&path, &format!("{mark}{text}"))?;
        }
    }
    Ok(made)
}

fn take_back(before: &BTreeMap<PathBuf, String>) -> Result<(), Failure> {
    before.iter().try_for_each(|(path, text)| write(path, text))
}

/// The files that fixes change, with their texts as they are on disk.
fn files_before(fixes: &[&(PathBuf, Fix)]) -> Result<BTreeMap<PathBuf, String>, Failure> {
    let mut before = BTreeMap::new();
    for (root, fix) in fixes {
        for edit in &fix.edits {
            let path = root.join(edit.at.path());
            if before.contains_key(&path) {
                continue;
            }
            let shown = visible(&path.to_string_lossy());
            let failed = |error| Failure::new(format!("cannot read {shown}: {error}"));
            // A link may lead out of the folder.
            let written = tidy(&fs::canonicalize(root).map_err(failed)?.join(edit.at.path()));
            if fs::canonicalize(&path).map_err(failed)? != written {
                return Err(Failure::new(format!(
                    "{shown} is behind a symbolic link, and is not changed"
                )));
            }
            let text = fs::read_to_string(&path).map_err(failed)?;
            let read = &*edit.at.source.text;
            if text != read && text.strip_prefix(MARK) != Some(read) {
                return Err(Failure::new(format!(
                    "{shown} has changed meanwhile, or has other text than was read"
                ))
                .with_help("run the command again without --fix"));
            }
            before.insert(path, text);
        }
    }
    Ok(before)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_whole(path, text, false).map_err(|error| {
        Failure::new(format!("cannot write {}: {error}", visible(&path.to_string_lossy())))
    })
}

/// An error of a code of which there were fewer before. What is no longer known counts as well, because it may hide an error.
fn new_error<'a>(before: &Found, after: &'a Found) -> Option<&'a Problem> {
    let counts = |it: &&Problem| it.severity == Severity::Error || it.code == "unknown";
    let by_code = |found: &Found| {
        let mut by_code: BTreeMap<&'static str, usize> = BTreeMap::new();
        for problem in found.problems().filter(counts) {
            *by_code.entry(problem.code).or_default() += 1;
        }
        by_code
    };
    let (old, new) = (by_code(before), by_code(after));
    after.problems().filter(counts).find(|it| new.get(it.code) > old.get(it.code))
}
