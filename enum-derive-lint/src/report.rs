//! What rules report.

use std::collections::HashSet;

use pg_enum_migrations::{Kind, Location};

use crate::fix::Fix;
use crate::severity::Severity;
use crate::statement::Statement;
use crate::subject::Subject;

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's code.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, in one line: lowercase, without a full stop.
    pub message: String,
    /// Where.
    pub at: Location,
    /// What to say right at that place, if more than the message.
    pub label: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Location, String)>,
    /// What else is worth knowing, in one line each.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// What does it, where that is safe.
    pub fix: Option<Fix>,
}

impl Finding {
    /// With another severity than the rule's.
    pub(crate) fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// With what to say right at the place.
    pub(crate) fn label(&mut self, label: impl Into<String>) -> &mut Self {
        self.label = Some(label.into());
        self
    }

    /// With another place that explains it.
    pub(crate) fn related(&mut self, at: &Location, text: impl Into<String>) -> &mut Self {
        self.related.push((at.clone(), text.into()));
        self
    }

    /// With what else is worth knowing.
    pub(crate) fn note(&mut self, note: impl Into<String>) -> &mut Self {
        self.notes.push(note.into());
        self
    }

    /// With what to do about it.
    pub(crate) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// With what does it.
    pub(crate) fn fix(&mut self, fix: Fix) -> &mut Self {
        self.fix = Some(fix);
        self
    }
}

/// Where rules report.
pub(crate) struct Report {
    /// The code and the severity of the rule that looks.
    code: &'static str,
    severity: Severity,
    findings: Vec<Finding>,
    explained: HashSet<usize>,
}

impl Report {
    pub(crate) fn new() -> Self {
        let (findings, explained) = (Vec::new(), HashSet::new());
        Self { code: "", severity: Severity::Error, findings, explained }
    }

    /// What follows is of a rule with this code and this severity.
    pub(crate) fn of(&mut self, code: &'static str, severity: Severity) {
        (self.code, self.severity) = (code, severity);
    }

    /// Reports something, with the severity of the rule.
    pub(crate) fn add(&mut self, message: impl Into<String>, at: &Location) -> &mut Finding {
        let Self { code, severity, .. } = *self;
        self.findings.push(Finding {
            code,
            severity,
            message: message.into(),
            at: at.clone(),
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Reports the findings of replay of a kind as what the rule finds.
    pub(crate) fn take_over(&mut self, subject: &Subject<'_>, kind: &Kind) {
        for (index, told) in subject.replay.findings.iter().enumerate() {
            if told.kind == *kind {
                self.explain(index);
                let finding = self.add(&*told.message, &told.at);
                finding.related.clone_from(&told.related);
                finding.label.clone_from(&told.label);
                finding.help.clone_from(&told.help);
            }
        }
    }

    /// Whether the rule has reported something at a place.
    pub(crate) fn has(&self, at: &Location) -> bool {
        self.findings.iter().any(|finding| {
            finding.code == self.code
                && finding.at.range == at.range
                && finding.at.path() == at.path()
        })
    }

    /// A finding of replay's (by its index) is what the rule reports, so that it is not reported once more.
    pub(crate) fn explain(&mut self, finding: usize) {
        self.explained.insert(finding);
    }

    /// Likewise, all that replay finds in a statement.
    pub(crate) fn explain_at(&mut self, subject: &Subject<'_>, statement: &Statement) {
        for (index, finding) in subject.replay.findings.iter().enumerate() {
            let (found, at) = (&finding.at, &statement.at);
            if found.path() == at.path()
                && at.range.start <= found.range.start
                && found.range.start < at.range.end
            {
                self.explain(index);
            }
        }
    }

    /// Whether a rule has explained a finding of replay's.
    pub(crate) fn is_explained(&self, finding: usize) -> bool {
        self.explained.contains(&finding)
    }

    /// In the order of the migrations, and in each by place.
    pub(crate) fn into_findings(mut self, subject: &Subject<'_>) -> Vec<Finding> {
        self.findings.sort_by_cached_key(|finding| {
            let path = finding.at.path();
            (subject.migration_of(path), path.to_owned(), finding.at.range.start, finding.code)
        });
        self.findings
    }
}
