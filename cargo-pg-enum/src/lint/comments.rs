//! Comments that accept a finding where it is: `-- pg-enum: allow CODE: reason`.
//!
//! One at the end of a line is about that line, one on a line of its own about the next line that is not a comment. `allow-file` is
//! about the whole file. There may be several codes, with commas.

use std::sync::Arc;

use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

use crate::codes;

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Allowed {
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    /// The comment.
    pub(crate) at: Location,
    /// The line that it is about, counted from 1; nothing for all of the file.
    line: Option<usize>,
}

/// A comment that cannot be read as one that accepts a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) at: Location,
    pub(crate) message: String,
}

const MARKER: &str = "pg-enum:";
/// What comments begin with, in SQL and in other languages.
const BEGINNINGS: [&str; 4] = ["--", "#", "/*", "//"];

/// Whether a file may have such comments.
pub(crate) fn are_in(source: &Source) -> bool {
    source.text.contains(MARKER)
}

/// The comments of a file.
pub(crate) fn read(source: &Arc<Source>) -> (Vec<Allowed>, Vec<Wrong>) {
    let (mut allowed, mut wrong) = (Vec::new(), Vec::new());
    let lines: Vec<&str> = source.text.split_inclusive('\n').collect();
    let mut start = 0;
    for (index, line) in lines.iter().enumerate() {
        if let Some((comment, is_file, rest)) = comment(line) {
            let at = Location::new(source, start + comment..start + line.trim_end().len());
            let own_line = line[..comment].trim().is_empty();
            let about = match (is_file, own_line) {
                (true, _) => None,
                (false, false) => Some(index + 1),
                (false, true) => Some(next_line(&lines, index) + 1),
            };
            match parts(rest) {
                Ok((codes, reason)) => {
                    for code in codes {
                        let (reason, at) = (reason.to_owned(), at.clone());
                        allowed.push(Allowed { code, reason, at, line: about });
                    }
                }
                Err(message) => wrong.push(Wrong { at, message }),
            }
        }
        start += line.len();
    }
    (allowed, wrong)
}

/// Where on a line such a comment begins, whether it is about the file, and what follows.
fn comment(line: &str) -> Option<(usize, bool, &str)> {
    let marker = line.find(MARKER)?;
    let begins = |beginning: &&str| line[..marker].trim_end().ends_with(beginning);
    let beginning = BEGINNINGS.iter().find(|beginning| begins(beginning))?;
    let start = line[..marker].trim_end().len() - beginning.len();
    let rest = line[marker + MARKER.len()..].trim_start();
    let rest = rest.strip_prefix("allow")?;
    let (is_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let is_whole = rest.is_empty() || rest.starts_with(char::is_whitespace);
    is_whole.then(|| (start, is_file, rest.trim().trim_end_matches("*/").trim_end()))
}

/// The codes and the reason.
fn parts(rest: &str) -> Result<(Vec<&'static str>, &str), String> {
    let (names, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let reason = reason.trim();
    if names.trim().is_empty() {
        return Err("the comment names no code".to_owned());
    }
    if reason.is_empty() {
        return Err("the comment gives no reason".to_owned());
    }
    let codes = names.split(',').map(|name| codes::find(name.trim()));
    Ok((codes.collect::<Result<_, _>>()?, reason))
}

/// The next line, counted from 0, that has something else than a comment on it.
fn next_line(lines: &[&str], after: usize) -> usize {
    let is_about = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
    };
    let next = lines.iter().skip(after + 1).position(is_about);
    next.map_or(after, |next| after + 1 + next)
}

impl Allowed {
    /// Whether a finding is one that this accepts.
    pub(crate) fn covers(&self, code: &str, at: &Location) -> bool {
        if code != self.code || at.path() != self.at.path() {
            return false;
        }
        let last = at.source.line(at.range.end.max(at.range.start + 1) - 1);
        self.line.is_none_or(|line| (at.line()..=last).contains(&line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        let source = Arc::new(Source { path: "1.sql".into(), text: text.to_owned() });
        let (allowed, wrong) = read(&source);
        let allowed = allowed.iter().map(|it| format!("{} {:?} {}", it.code, it.line, it.reason));
        let wrong = wrong.iter().map(|it| format!("{}: {}", it.at.line(), it.message));
        allowed.chain(wrong).collect()
    }

    #[test]
    fn lines_that_comments_are_about() {
        assert_eq!(
            of("DROP TYPE a CASCADE; -- pg-enum: allow drop-type-cascade: no data\n"),
            ["drop-type-cascade Some(1) no data"]
        );
        assert_eq!(
            of("\n  # pg-enum: allow drop-type-cascade, write-to-pg_enum: old\n# more\n\nx()\n"),
            ["drop-type-cascade Some(5) old", "write-to-pg_enum Some(5) old"]
        );
        assert_eq!(
            of("x\n/* pg-enum: allow-file drop-type-cascade: old */"),
            ["drop-type-cascade None old"]
        );
        assert_eq!(of("-- pg-enum: assume nothing\nSELECT 'pg-enum: allow x: y'"), [""; 0]);
        assert_eq!(of("-- pg-enum: allowed: y"), [""; 0]);
    }

    #[test]
    fn comments_that_say_nothing() {
        assert_eq!(of("-- pg-enum: allow"), ["1: the comment names no code"]);
        assert_eq!(of("-- pg-enum: allow drop-type-cascade"), ["1: the comment gives no reason"]);
        assert_eq!(
            of("-- pg-enum: allow drop-type-cascad: old"),
            ["1: there is no code `drop-type-cascad`; the nearest is `drop-type-cascade`"]
        );
    }
}
