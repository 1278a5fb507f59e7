//! A finding that is reported.

use std::path::PathBuf;

use pg_enum_lint::Fix;

use crate::problem::Problem;

/// A finding that is reported.
pub(crate) struct Reported {
    pub(crate) problem: Problem,
    /// What makes it go away, with the root of the folder.
    pub(crate) fix: Option<(PathBuf, Fix)>,
    /// Which of the requests it is of, and so which configuration decides about it.
    pub(super) request: usize,
}
