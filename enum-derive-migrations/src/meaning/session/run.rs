//! The run: its limits, and what it has to report.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::ground::{Finding, Kind, Source};
use crate::meaning::assumptions::Assumptions;
use crate::meaning::failures::Failures;
use crate::meaning::limits::Limits;

pub(crate) struct Run {
    pub limits: Limits,
    pub failures: Failures,
    pub assumptions: Assumptions,
    pub findings: Vec<Finding>,
    /// Where in `findings` those about one place are.
    reported: HashMap<(*const Source, usize), Vec<usize>>,
    pub(super) reported_placeholders: HashSet<String>,
    /// Whether schemas that are only taken to be there are reported, and those that have been.
    pub minds_schemas: bool,
    pub(super) reported_schemas: HashSet<Arc<str>>,
    /// Files that could not be read as they are: what is in the place of bad bytes is not text.
    pub damaged_files: HashSet<PathBuf>,
    /// The last file in which something was no statement: where a string is not closed, everything
    /// after it is none.
    pub strange_in: Option<PathBuf>,
}

impl Run {
    pub(crate) fn new() -> Self {
        Self {
            limits: Limits::new(),
            failures: Failures::default(),
            assumptions: Assumptions::default(),
            findings: Vec::new(),
            reported: HashMap::new(),
            reported_placeholders: HashSet::new(),
            minds_schemas: true,
            reported_schemas: HashSet::new(),
            damaged_files: HashSet::new(),
            strange_in: None,
        }
    }

    pub(crate) fn report(&mut self, finding: Finding) {
        // A loop comes to the same statement again and again.
        let place = (Arc::as_ptr(&finding.at.source), finding.at.range.start);
        let there = self.reported.entry(place).or_default();
        // What has been taken back since is not there any more, or is something else.
        there.retain(|index| *index < self.findings.len());
        if !there.iter().any(|index| self.findings[*index] == finding)
            && !self.findings.iter().any(|there| says_as_much(there, &finding))
        {
            there.push(self.findings.len());
            self.findings.push(finding);
        }
    }
}

/// Whether of two findings about one statement, or about a part of it, one says no more than the other.
fn says_as_much(there: &Finding, finding: &Finding) -> bool {
    let is_in = |inner: &Finding, outer: &Finding| {
        outer.at.range.start <= inner.at.range.start && inner.at.range.end <= outer.at.range.end
    };
    matches!(finding.kind, Kind::Unknown { .. })
        && there.kind == finding.kind
        && Arc::ptr_eq(&there.at.source, &finding.at.source)
        && (is_in(there, finding) || is_in(finding, there))
}
