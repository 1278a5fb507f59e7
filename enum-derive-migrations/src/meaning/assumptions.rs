//! What is said of statements from outside their files.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::ground::Location;
use crate::text::script::{self, Piece, Sender};

/// What is said of the statement at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assumption {
    /// Below the folder's root, or with the folder before it.
    pub file: PathBuf,
    pub line: usize,
    pub sql: String,
    pub met: Met,
}

/// What has been found at the place of an assumption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Met {
    Nothing,
    /// A statement that is known without it.
    Readable(Location),
    /// A statement that comes to what is assumed. No other one does.
    Needed(Location),
}

impl Assumption {
    pub(crate) fn is_of(&self, file: &Path) -> bool {
        self.file.ends_with(file)
    }
}

/// All that is said.
#[derive(Default)]
pub(crate) struct Assumptions {
    pub list: Vec<Assumption>,
    /// Whether it may be about a statement of the block that runs.
    pub looks_inside: bool,
}

impl Assumptions {
    /// Those about the statement that stands here, by index.
    pub(crate) fn of(&self, at: &Location) -> Vec<usize> {
        // Most folders have none, and counting lines takes time.
        if self.list.is_empty() {
            return Vec::new();
        }
        let last = at.source.line(at.range.end);
        self.between(at, at.line()..=last)
    }

    /// Those about the statement of a block that begins here.
    pub(crate) fn inside(&self, at: &Location) -> Vec<usize> {
        if !self.looks_inside {
            return Vec::new();
        }
        let line = at.line();
        self.between(at, line..=line)
    }

    /// Those about any line of a file.
    pub(crate) fn of_file(&self, at: &Location) -> Vec<usize> {
        self.between(at, 0..=usize::MAX)
    }

    fn between(&self, at: &Location, lines: RangeInclusive<usize>) -> Vec<usize> {
        let mut here = Vec::new();
        for (index, assumption) in self.list.iter().enumerate() {
            if lines.contains(&assumption.line)
                && assumption.is_of(at.path())
                && !matches!(&assumption.met, Met::Needed(other) if other != at)
            {
                here.push(index);
            }
        }
        here
    }

    /// What one is needed for once, it is needed for.
    pub(crate) fn meet(&mut self, index: usize, met: Met) {
        let there = &mut self.list[index].met;
        if *there == Met::Nothing || matches!(met, Met::Needed(_)) {
            *there = met;
        }
    }

    /// Whether something has been found at the place of each of these.
    pub(crate) fn are_met(&self, indices: &[usize]) -> bool {
        indices.iter().all(|index| self.list[*index].met != Met::Nothing)
    }
}

/// Whether a statement is said to do nothing to enums.
pub(crate) fn is_nothing(sql: &str) -> bool {
    sql.trim().trim_end_matches(';').trim().eq_ignore_ascii_case("nothing")
}

/// The statements of what is assumed.
pub(crate) fn statements(sql: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    if !is_nothing(sql) {
        for piece in script::pieces(sql, Sender::Server, false).list {
            if let Piece::Statement { range, .. } = piece {
                statements.extend(sql.get(range));
            }
        }
    }
    statements
}
