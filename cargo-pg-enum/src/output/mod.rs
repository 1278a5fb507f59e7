//! Problems for programs: one format, one file.

mod github;
mod gitlab;
mod json;
mod sarif;

use std::env;
use std::fmt::Display;
use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use crate::failure::Failure;
use crate::problem::{Place, Problem};
use crate::{Streams, print, report};

/// How problems are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text with excerpts of the files
    Text,
    /// JSON
    Json,
    /// Annotations on GitHub, as workflow commands
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A Code Quality report of GitLab
    Gitlab,
}

impl Format {
    /// Prints problems; to read, on standard error.
    pub(crate) fn print(
        self,
        problems: &[Problem],
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        streams.metrics.add_findings(problems);
        match self {
            Self::Text => {
                report::print_all(problems, streams);
                Ok(())
            }
            Self::Json => print(streams, |out| json::write(problems, out)),
            Self::Github => print(streams, |out| github::write(problems, out)),
            Self::Sarif => print(streams, |out| sarif::write(problems, out)),
            Self::Gitlab => print(streams, |out| gitlab::write(problems, out)),
        }
    }

    /// Prints problems and the summary: as the last line, or as a JSON object with both.
    pub(crate) fn print_report(
        self,
        problems: &[Problem],
        summary: &(impl Display + Serialize),
        streams: &mut Streams<'_>,
    ) -> Result<(), Failure> {
        if self == Self::Json {
            streams.metrics.add_findings(problems);
            return print(streams, |out| json::write_report(problems, summary, out));
        }
        self.print(problems, streams)?;
        if self == Self::Text && problems.is_empty() {
            return print(streams, |out| writeln!(out, "{summary}"));
        }
        // An error here is not important.
        let _ = writeln!(streams.err, "{summary}");
        Ok(())
    }
}

/// A path as a check-out of the repository knows it, where GitHub says what that is; or as it is from here.
fn in_checkout(path: PathBuf) -> PathBuf {
    let below = || {
        let root = fs::canonicalize(env::var_os("GITHUB_WORKSPACE")?).ok()?;
        let path = fs::canonicalize(&path).ok()?;
        path.strip_prefix(root).ok().map(Path::to_owned)
    };
    below().unwrap_or(path)
}

/// A place in numbers that count from 1; columns in characters, the last one exclusive.
struct Region {
    path: PathBuf,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Region {
    fn of(place: &Place) -> Self {
        let text = &*place.at.source.text;
        let start = text.floor_char_boundary(place.at.range.start.min(text.len()));
        let end = text.floor_char_boundary(place.at.range.end.clamp(start, text.len()));
        let position = |at: usize| {
            let before = &text[..at];
            let line = before.matches('\n').count() + 1;
            let first = before.rfind('\n').map_or(0, |end| end + 1);
            (line, before[first..].chars().count() + 1)
        };
        let ((line, column), (end_line, end_column)) = (position(start), position(end));
        Self { path: place.path(), line, column, end_line, end_column }
    }
}
