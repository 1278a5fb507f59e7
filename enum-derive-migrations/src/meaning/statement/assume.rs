//! What somebody says that a statement comes to: in a comment, or from outside the file.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::Done;
use crate::ground::{Finding, Kind, Location, Refusal};
use crate::meaning::session::Session;
use crate::text::created::{Created, created};
use crate::text::origin::Origin;
use crate::text::script::{self, Piece, Sender};
use crate::text::tree;

/// What is said from outside of the statement at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assumption {
    /// Below the folder's root, or with the folder before it.
    pub file: PathBuf,
    pub line: usize,
    pub sql: String,
    pub met: Met,
}

/// All that is said from outside.
#[derive(Default)]
pub(crate) struct Assumptions {
    pub list: Vec<Assumption>,
    /// Whether it may be about a statement of the block that runs.
    looks_inside: bool,
}

/// What has been found at the place of an assumption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Met {
    Nothing,
    /// A statement that replay reads by itself.
    Readable(Location),
    /// A statement that comes to what is assumed. No other one does.
    Needed(Location),
}

impl Assumption {
    pub(crate) fn is_of(&self, file: &Path) -> bool {
        self.file.ends_with(file)
    }
}

impl Session {
    /// From here on, these are what statements come to that replay does not read.
    pub(crate) fn set_assumptions(&mut self, assumptions: Vec<Assumption>) {
        for assumption in &assumptions {
            for statement in statements(&assumption.sql) {
                if let Some(Created::Type(name)) = created(statement) {
                    self.note_type(&name);
                }
            }
        }
        self.assumptions.list = assumptions;
    }

    /// Runs a statement. What is said of it from outside takes its place if it cannot be run without anything to
    /// report.
    pub(crate) fn run_or_assume(&mut self, at: &Location, run: impl Fn(&mut Self) -> Done) -> Done {
        // Most folders have none.
        if self.assumptions.list.is_empty() {
            return run(self);
        }
        let first = at.line();
        let last = at.source.line(at.range.end);
        let here = self.assumptions_at(at, first..=last);
        if here.is_empty() {
            return run(self);
        }
        let point = self.point();
        let result = run(self);
        if result.is_ok() && !self.has_reported_since(&point) {
            for index in here {
                self.meet(index, Met::Readable(at.clone()));
            }
            return result;
        }
        self.roll_back(&point);
        // It may be said of a statement inside a block.
        if here.iter().any(|index| self.assumptions.list[*index].line > first) {
            self.assumptions.looks_inside = true;
            let result = run(self);
            self.assumptions.looks_inside = false;
            if here.iter().all(|index| self.assumptions.list[*index].met != Met::Nothing) {
                return result;
            }
            self.roll_back(&point);
        }
        self.assume_here(&here, at)
    }

    /// Likewise, for a statement of a block: of those that something is said of, which is not run as a whole.
    pub(crate) fn assumptions_inside(&self, at: &Location) -> Vec<usize> {
        if !self.assumptions.looks_inside {
            return Vec::new();
        }
        let line = at.line();
        self.assumptions_at(at, line..=line)
    }

    /// Something from outside is said of a statement of a block. Whether it is needed.
    pub(crate) fn assume_inside(&mut self, here: &[usize], at: &Location, is_needed: bool) -> Done {
        if is_needed {
            return self.assume_here(here, at);
        }
        for index in here {
            self.meet(*index, Met::Readable(at.clone()));
        }
        Ok(())
    }

    /// What a comment says already, nobody has to say from outside.
    pub(crate) fn is_said_in_comment(&mut self, at: &Location) {
        let last = at.source.line(at.range.end);
        for index in self.assumptions_at(at, at.line()..=last) {
            self.meet(index, Met::Readable(at.clone()));
        }
    }

    /// Runs what is said of any line of a migration that is no SQL, which begins here. Whether something is.
    pub(crate) fn assume_of_code(&mut self, at: &Location) -> Result<bool, Refusal> {
        let here = self.assumptions_at(at, 0..=usize::MAX);
        self.execute(at, |session| session.assume_here(&here, at))?;
        Ok(!here.is_empty())
    }

    fn assumptions_at(&self, at: &Location, lines: RangeInclusive<usize>) -> Vec<usize> {
        let all = self.assumptions.list.iter().enumerate();
        let here = all.filter(|(_, assumption)| {
            lines.contains(&assumption.line)
                && assumption.is_of(at.path())
                && !matches!(&assumption.met, Met::Needed(other) if other != at)
        });
        here.map(|(index, _)| index).collect()
    }

    fn assume_here(&mut self, here: &[usize], at: &Location) -> Done {
        for &index in here {
            self.meet(index, Met::Needed(at.clone()));
            let sql = self.assumptions.list[index].sql.clone();
            if let Some(error) = statements(&sql).find_map(|text| tree::statement(text).err()) {
                let message = format!("what is assumed of this cannot be read: {}", error.0);
                let finding = self.unknown_finding(at, message, &[]);
                self.report(finding.with_help("mend its entry in `assume`: SQL, or `nothing`"));
                continue;
            }
            self.run_assumed(&sql, &Origin::fixed(at))?;
        }
        Ok(())
    }

    /// What it is needed for once, it is needed for.
    fn meet(&mut self, index: usize, met: Met) {
        let there = &mut self.assumptions.list[index].met;
        if *there == Met::Nothing || matches!(met, Met::Needed(_)) {
            *there = met;
        }
    }

    fn run_assumed(&mut self, sql: &str, origin: &Origin) -> Done {
        if is_nothing(sql) { Ok(()) } else { self.run_text(sql, origin) }
    }

    /// Runs what a comment says in place of a statement.
    pub(crate) fn assume(&mut self, comment: &str, origin: &Origin) -> Done {
        let Some((sql, offset)) = assumption(comment) else {
            let at = origin.at(0..comment.len());
            self.report(
                Finding::new(Kind::Unreadable, "this directive is not known", at).with_help(
                    "the directives are `pg-enum: assume <SQL>;` and `pg-enum: assume nothing`",
                ),
            );
            return Ok(());
        };
        self.run_assumed(sql, &origin.part(offset))
    }
}

fn is_nothing(sql: &str) -> bool {
    sql.trim().trim_end_matches(';').trim().eq_ignore_ascii_case("nothing")
}

/// The statements of what is assumed.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let pieces =
        if is_nothing(sql) { Vec::new() } else { script::pieces(sql, Sender::Server).list };
    pieces.into_iter().filter_map(move |piece| match piece {
        Piece::Statement { range, .. } => sql.get(range),
        _ => None,
    })
}

/// The SQL in a comment such as `-- pg-enum: assume DROP TYPE mood;`, and where it begins.
pub(crate) fn assumption(comment: &str) -> Option<(&str, usize)> {
    let start = comment.find(script::DIRECTIVE)? + script::DIRECTIVE.len();
    let directive = comment[start..].trim_start();
    let sql =
        directive.strip_prefix("assume").filter(|rest| rest.starts_with(char::is_whitespace))?;
    let offset = comment.len() - sql.len();
    let sql = sql.strip_suffix("*/").unwrap_or(sql);
    Some((sql, offset))
}
