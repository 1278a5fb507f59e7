//! Stretches of a statement's text.

use crate::ground::Location;
use crate::text::origin::Origin;
use crate::text::span::Span;

/// The text of a statement, and where it stands.
pub(super) struct Text<'a> {
    pub whole: &'a str,
    pub origin: &'a Origin,
    /// Whether any of its words may be the name of one of the folder's types.
    pub may_name_types: bool,
}

impl Text<'_> {
    pub(super) fn at(&self, span: Span) -> Location {
        self.origin.at(span.range())
    }

    pub(super) fn part(&self, span: Span) -> &str {
        self.whole.get(span.range()).unwrap_or_default()
    }
}
