//! Edits of files.

use std::ops::Range;
use std::path::PathBuf;

use pg_enum_migrations::Location;

/// What makes a finding go away, where that is safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in the imperative: `replace CASCADE`.
    pub what: String,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

/// A stretch of a file, and what to write in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where. An empty stretch is a place to insert at.
    pub at: Location,
    /// The new text.
    pub text: String,
}

impl Fix {
    /// A fix of one edit.
    #[must_use]
    pub fn new(what: impl Into<String>, at: Location, text: impl Into<String>) -> Self {
        Self { what: what.into(), edits: vec![Edit { at, text: text.into() }] }
    }

    /// With one more edit.
    #[must_use]
    pub fn and(mut self, at: Location, text: impl Into<String>) -> Self {
        self.edits.push(Edit { at, text: text.into() });
        self
    }

    /// The files that the fixes change, with their texts after that, by path below the folder's root; and how many of the
    /// fixes were made. One that overlaps an earlier one is left out, for another run.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use pg_enum_lint::Fix;
    /// use pg_enum_migrations::Location;
    /// use pg_enum_migrations::folder::Source;
    ///
    /// let source = Arc::new(Source { path: "1.sql".into(), text: "DROP TYPE a CASCADE;".to_owned() });
    /// let fix = Fix::new("drop the word", Location::new(&source, 11..19), "");
    /// let (files, made) = Fix::apply([&fix, &fix]);
    /// assert_eq!((&*files[0].1, made), ("DROP TYPE a;", 1));
    /// ```
    #[must_use]
    pub fn apply<'a>(fixes: impl IntoIterator<Item = &'a Self>) -> (Vec<(PathBuf, String)>, usize) {
        let mut edits: Vec<&Edit> = Vec::new();
        let mut made = 0;
        for fix in fixes {
            let overlaps = |new: &Edit| {
                edits.iter().any(|old| {
                    old.at.path() == new.at.path() && overlap(&old.at.range, &new.at.range)
                })
            };
            if !fix.edits.iter().any(overlaps) {
                edits.extend(&fix.edits);
                made += 1;
            }
        }
        edits.sort_by(|a, b| (a.at.path(), a.at.range.start).cmp(&(b.at.path(), b.at.range.start)));
        let mut changed = Vec::new();
        for of_file in edits.chunk_by(|a, b| a.at.path() == b.at.path()) {
            let source = &of_file[0].at.source;
            let mut text = String::with_capacity(source.text.len());
            let mut end = 0;
            for edit in of_file {
                text.push_str(source.text.get(end..edit.at.range.start).unwrap_or_default());
                text.push_str(&edit.text);
                end = edit.at.range.end;
            }
            text.push_str(source.text.get(end..).unwrap_or_default());
            changed.push((source.path.clone(), text));
        }
        (changed, made)
    }
}

/// Whether two stretches share a byte, or are insertions at one place.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end || a.start == b.start
}
