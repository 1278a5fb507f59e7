//! Changes as a unified diff, which `git apply` and `patch -p1` read.

use std::path::{Component, Path};

use similar::TextDiff;

use crate::text::{slashed, visible};

/// The lines around a change.
const CONTEXT: usize = 3;

/// The diff of a file. What a terminal would act on is escaped.
pub(super) fn unified(path: &Path, before: &str, after: &str) -> String {
    let is_below = !path.is_absolute()
        && !path.components().any(|component| component == Component::ParentDir);
    let name = visible(&slashed(path));
    let [old, new] =
        if is_below { ["a/", "b/"] } else { [""; 2] }.map(|side| format!("{side}{name}"));
    let diff = TextDiff::from_lines(before, after);
    let diff = diff.unified_diff().context_radius(CONTEXT).header(&old, &new).to_string();
    let lines = diff.split_inclusive('\n').map(|line| {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line, "\n"),
            None => (line, ""),
        };
        let (line, end) = match line.strip_suffix('\r') {
            Some(line) => (line, format!("\r{end}")),
            None => (line, end.to_owned()),
        };
        // Tabs are the file's own.
        let parts: Vec<_> = line.split('\t').map(visible).collect();
        parts.join("\t") + &end
    });
    lines.collect()
}
