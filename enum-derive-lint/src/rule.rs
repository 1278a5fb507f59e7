//! What a rule is.

use crate::report::Report;
use crate::severity::Severity;
use crate::subject::Subject;

/// A rule of `lint`.
pub struct Rule {
    /// Its name in messages, comments and the configuration. It does not change between versions.
    pub code: &'static str,
    /// What it reports, in one line: lowercase, without a full stop.
    pub summary: &'static str,
    /// How bad that is, if the rule itself does not say otherwise at a place.
    pub severity: Severity,
    /// Whether it is off by default.
    pub is_off: bool,
    /// Markdown: what, why, bad, good.
    pub explanation: &'static str,
    pub(crate) check: fn(&Subject<'_>, &mut Report),
}
