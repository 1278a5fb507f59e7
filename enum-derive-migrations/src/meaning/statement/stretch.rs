//! Stretches of a statement's text.

use std::ops::Range;

use crate::ground::Location;
use crate::text::origin::Origin;

/// The text of a statement, and where it stands.
pub(super) struct Text<'a> {
    pub whole: &'a str,
    pub origin: &'a Origin,
    /// Whether any of its words may be the name of one of the folder's types.
    pub may_name_types: bool,
}

impl Text<'_> {
    pub(super) fn at(&self, range: &Range<usize>) -> Location {
        self.origin.at(range.clone())
    }

    pub(super) fn part(&self, range: &Range<usize>) -> &str {
        self.whole.get(range.clone()).unwrap_or_default()
    }
}
