//! What replay has to report, and where.

use std::fmt;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::Source;

/// A stretch of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub source: Arc<Source>,
    /// The bytes of [`Source::text`].
    pub range: Range<usize>,
}

impl Location {
    /// A stretch of `source`.
    #[must_use]
    pub fn new(source: &Arc<Source>, range: Range<usize>) -> Self {
        Self { source: Arc::clone(source), range }
    }

    /// A line, counted from 1, without its end; the end of the file if there is no such line.
    pub(crate) fn of_line(source: &Arc<Source>, line: usize) -> Self {
        let mut start = 0;
        let mut lines = source.text.split_inclusive('\n');
        for before in lines.by_ref().take(line.saturating_sub(1)) {
            start += before.len();
        }
        let length = lines.next().map_or(0, |text| text.trim_end().len());
        Self::new(source, start..start + length)
    }

    /// The path of the file, below the folder's root.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// The line on which the stretch begins, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.source.line(self.range.start)
    }
}

/// `path:line`.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path().display(), self.line())
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {:?}", self.range)
    }
}

/// One thing to report.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// What sort of thing.
    pub kind: Kind,
    /// What is wrong, in one line: lowercase, without a full stop.
    pub message: String,
    /// Where.
    pub at: Location,
    /// What to say right at that place, if more than the message.
    pub label: Option<String>,
    /// Other places that explain it.
    pub related: Vec<(Location, String)>,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether it happens only where each migration has a run of its own, and not where all are applied in one.
    pub only_apart: bool,
    /// The opposite: whether it happens only where all migrations are applied in one run. Replay has gone on after it.
    pub only_in_one_run: bool,
    /// The label that is there already, if the server refuses the statement for it.
    pub label_there: Option<String>,
    /// Whether the migration refuses itself, with `RAISE`: someone wrote the error down.
    pub is_raised: bool,
}

/// The sorts of [`Finding`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// The server would refuse the statement. Replay stops here, as the migration would.
    Refused {
        /// The server's error code (`PostgreSQL` manual, appendix A).
        sqlstate: String,
    },
    /// What the statement does to enums cannot be known from the text.
    Unknown {
        /// The types that it may touch, as far as the text names them; empty when it may be any.
        touches: Vec<String>,
    },
    /// A file, or a part of it, cannot be read as what it should be.
    Unreadable,
    /// A whole migration is not in its language, as one of Python's with a syntax error. Its tool stops before it runs any.
    UnreadableCode,
    /// The migrations have no order that their tool accepts: one comes after itself, after one that is missing, or two are the
    /// same.
    BrokenGraph,
    /// Several migrations are the last, and the tool does not say which it goes to.
    MultipleHeads,
    /// What is assumed of a statement from outside its file ([`Options::assume`](crate::Options::assume)) is assumed
    /// for nothing: replay reads the statement by itself, or there is none.
    Assumption,
}

impl Kind {
    /// A short name that does not change: `refused`, `unknown`, `unreadable`, `broken-graph`, `multiple-heads`, `assumption`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Unknown { .. } => "unknown",
            Self::Unreadable | Self::UnreadableCode => "unreadable",
            Self::BrokenGraph => "broken-graph",
            Self::MultipleHeads => "multiple-heads",
            Self::Assumption => "assumption",
        }
    }
}

impl Finding {
    /// A finding without label, related places and help.
    #[must_use]
    pub fn new(kind: Kind, message: impl Into<String>, at: Location) -> Self {
        Self {
            kind,
            message: message.into(),
            at,
            label: None,
            related: Vec::new(),
            help: None,
            only_apart: false,
            only_in_one_run: false,
            label_there: None,
            is_raised: false,
        }
    }

    /// Whether replay has ended here, as the migrations do: nothing is known of what comes after it.
    #[must_use]
    pub fn stops(&self) -> bool {
        matches!(self.kind, Kind::Refused { .. }) && !self.only_in_one_run
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With what to say right at the place.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another place that explains it.
    #[must_use]
    pub fn with_related(mut self, at: Location, text: impl Into<String>) -> Self {
        self.related.push((at, text.into()));
        self
    }
}
