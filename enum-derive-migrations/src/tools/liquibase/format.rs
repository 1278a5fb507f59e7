//! The lines of formatted SQL that are instructions to Liquibase.
//!
//! The rules are those of liquibase/liquibase at 09623fc, `liquibase/parser/AbstractFormattedChangeLogParser.java` and
//! `liquibase/parser/core/formattedsql/FormattedSqlChangeLogParser.java`. Each line is looked at by itself, so that an
//! instruction counts within a quoted text or a body too.

use std::iter;
use std::ops::Range;

use crate::ground::Transaction;

/// A file of formatted SQL.
pub(super) struct Formatted {
    pub(super) changesets: Vec<Changeset>,
    /// The lines that are not sent: those of rollbacks, and those that are ignored.
    unsent: Vec<Range<usize>>,
    /// The text of rollbacks.
    undoing: Vec<Range<usize>>,
    /// What Liquibase refuses, by its place.
    pub(super) flaws: Vec<(usize, &'static str)>,
}

/// A changeset of a file.
pub(super) struct Changeset {
    pub(super) author: String,
    pub(super) id: String,
    /// Where its line begins.
    pub(super) at: usize,
    /// What stands behind its line.
    pub(super) range: Range<usize>,
    pub(super) transaction: Transaction,
    /// Whether it runs on PostgreSQL.
    pub(super) runs: bool,
    /// What ends a statement of it, on the way up and on the way down.
    ends: [End; 2],
    pub(super) rollback: Rollback,
}

/// What ends a statement besides a semicolon (`liquibase/util/StringUtil.java`, `isDelimiter`).
enum End {
    /// A line that is `/` or `go`.
    Line,
    /// This text at the end of a line.
    Text(String),
    /// Nothing: the changeset is sent as it is.
    Never,
}

/// What undoes a changeset.
pub(super) enum Rollback {
    /// Nothing is said.
    Unsaid,
    /// `not required` or `empty`: nothing has to be undone.
    Empty,
    /// SQL.
    Sql,
    /// The SQL of another changeset, by its author and id, and perhaps its file.
    Changeset { author: String, id: String, path: Option<String> },
}

impl Formatted {
    pub(super) fn parse(text: &str) -> Self {
        let mut file = Self {
            changesets: Vec::new(),
            unsent: Vec::new(),
            undoing: Vec::new(),
            flaws: Vec::new(),
        };
        let mut end = 0;
        let mut lines = text.split_inclusive('\n').map(|line| {
            let start = end;
            end += line.len();
            (start..end, line)
        });
        while let Some((range, line)) = lines.next() {
            let (start, mut last) = (range.start, range.end);
            if let Some(count) = line.trim_end_matches(['\r', '\n']).strip_prefix("--")
                && let Some(count) = after(count.trim_start(), "ignoreLines:")
            {
                if count == "start" {
                    for (range, line) in lines.by_ref() {
                        last = range.end;
                        if comment(line).and_then(|it| after(it, "ignoreLines:")) == Some("end") {
                            break;
                        }
                    }
                } else if let Ok(count) = count.parse() {
                    last = lines.by_ref().take(count).last().map_or(last, |(range, _)| range.end);
                } else {
                    let flaw = "`--ignoreLines` takes `start` or a number of lines";
                    file.flaws.push((start, flaw));
                }
                file.unsent.push(start..last);
            } else if let Some(rest) = comment(line).and_then(|it| after(it, "changeset")) {
                file.close(text, start);
                match Changeset::parse(rest, range) {
                    Some(changeset) => file.changesets.push(changeset),
                    None => {
                        let flaw =
                            "`--changeset` takes `<author>:<id>`, without a space between the two";
                        file.flaws.push((start, flaw));
                    }
                }
            } else if file.changesets.is_empty() {
                // Before the first changeset nothing is sent.
            } else if let Some(sql) = comment(line).and_then(|it| after(it, "rollback ")) {
                let from = start + line.trim_end_matches(['\r', '\n']).len() - sql.len();
                file.undoing.push(from..from + sql.len());
                file.unsent.push(start..last);
            } else if is_rollback_block(line) {
                let mut is_closed = false;
                for (range, line) in lines.by_ref() {
                    last = range.end;
                    let sql = line.trim_end().strip_suffix("*/");
                    is_closed = sql.is_some();
                    let sql = sql.unwrap_or(line);
                    file.undoing.push(range.start..range.start + sql.len());
                    if is_closed {
                        break;
                    }
                }
                if !is_closed {
                    file.flaws.push((start, "the comment with the rollback is not closed"));
                }
                file.unsent.push(start..last);
            }
        }
        file.close(text, text.len());
        file
    }

    /// Ends the last changeset.
    fn close(&mut self, text: &str, end: usize) {
        let Some(last) = self.changesets.last_mut().filter(|last| last.range.end == usize::MAX)
        else {
            return;
        };
        last.range.end = end;
        let mut own = Vec::new();
        for range in &self.undoing {
            if range.start >= last.range.start {
                own.extend(text.get(range.clone()));
            }
        }
        match rollback(&own.join(" ")) {
            Some(rollback) => last.rollback = rollback,
            None => {
                let flaw = "a rollback by a changeset takes `changesetId:` and `changesetAuthor:`";
                self.flaws.push((last.at, flaw));
            }
        }
    }

    /// The file as it is sent. Everything keeps its place.
    pub(super) fn up(&self, text: &str) -> String {
        let mut sent = Vec::with_capacity(self.unsent.len() + 1);
        let mut end = 0;
        for unsent in self.unsent.iter().chain(iter::once(&(text.len()..text.len()))) {
            sent.push(end..unsent.start);
            end = unsent.end;
        }
        self.ended(only(text, &sent), 0)
    }

    /// The file with nothing but the SQL of its rollbacks. Everything keeps its place.
    pub(super) fn down(&self, text: &str) -> String {
        self.ended(only(text, &self.undoing), 1)
    }

    /// The text of a way with a semicolon in place of what ends a statement. Everything keeps its place.
    fn ended(&self, mut text: String, way: usize) -> String {
        for changeset in &self.changesets {
            let Some(end) = changeset.ends.get(way) else { continue };
            let mut at = changeset.range.start;
            while at < changeset.range.end {
                let Some(line) = text.get(at..changeset.range.end) else { break };
                let line = line.split_inclusive('\n').next().unwrap_or(line);
                let content = line.trim_end();
                let stop = at + content.len();
                at += line.len();
                if let Some(length) = end.length_in(content) {
                    let semicolon = format!(";{}", " ".repeat(length - 1));
                    text.replace_range(stop - length..stop, &semicolon);
                }
            }
        }
        text
    }
}

impl End {
    /// What an option says, which may be a regular expression that begins with the end of a line.
    fn parse(option: Option<&str>, is_split: bool) -> Self {
        if !is_split {
            return Self::Never;
        }
        let text = option.and_then(|text| text.split_whitespace().next()).unwrap_or_default();
        let begins = [r"\r?", r"\r", r"\n", r"\s*", r"\s+"];
        let mut text = text;
        while let Some(rest) = begins.iter().find_map(|begin| text.strip_prefix(begin)) {
            text = rest;
        }
        match text {
            "" => Self::Line,
            text => Self::Text(text.to_owned()),
        }
    }

    /// The bytes of it at the end of a line, if it is there.
    fn length_in(&self, line: &str) -> Option<usize> {
        let line = line.trim_start();
        let whole = |end: &str| line.eq_ignore_ascii_case(end).then_some(end.len());
        let end = match self {
            Self::Never => return None,
            Self::Line => return whole("/").or_else(|| whole("go")),
            // Elsewhere, it divides.
            Self::Text(end) if end == "/" => return whole(end),
            Self::Text(end) => end,
        };
        let (before, there) = line.split_at_checked(line.len().checked_sub(end.len())?)?;
        let is_part_of_word =
            end.starts_with(char::is_alphanumeric) && before.ends_with(char::is_alphanumeric);
        (there.eq_ignore_ascii_case(end) && !is_part_of_word).then_some(end.len())
    }
}

impl Changeset {
    /// The changeset that a line begins, by what stands behind the word.
    fn parse(rest: &str, line: Range<usize>) -> Option<Self> {
        let rest = rest.strip_prefix(char::is_whitespace)?.trim();
        let (author, behind) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (author, behind) = quoted.split_once('"')?;
                (author, behind.strip_prefix(':')?)
            }
            None => rest.split_once(':')?,
        };
        let id = match behind.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?.0,
            None if behind.starts_with(char::is_whitespace) => return None,
            None => behind.split_whitespace().next()?,
        };
        let option = |name: &str| {
            let at = rest.to_ascii_lowercase().rfind(&name.to_ascii_lowercase())?;
            rest.get(at + name.len()..)
        };
        let word = |name: &str| {
            let value = option(name)?.split(|c: char| !(c.is_alphanumeric() || c == '_')).next();
            value.filter(|value| !value.is_empty())
        };
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        let is_split = |name: &str| word(name).is_none_or(is_true);
        let in_transaction = word("runInTransaction:").is_none_or(is_true);
        let ignored = word("ignore:").is_some_and(is_true);
        Some(Self {
            author: author.to_owned(),
            id: id.to_owned(),
            at: line.start,
            range: line.end..usize::MAX,
            transaction: if in_transaction {
                Transaction::Explicit
            } else {
                Transaction::PerStatement
            },
            runs: !ignored && option("dbms:").and_then(databases).is_none_or(has_postgresql),
            ends: [
                End::parse(option(" endDelimiter:"), is_split(" splitStatements:")),
                End::parse(option("rollbackEndDelimiter:"), is_split("rollbackSplitStatements:")),
            ],
            rollback: Rollback::Unsaid,
        })
    }
}

/// Whether the first line with something on it says that the file is formatted SQL.
pub(super) fn is_formatted(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words = comment(first).and_then(|words| after(words, "liquibase"));
    words.is_some_and(|words| after(words.trim_start(), "formatted").is_some())
}

/// What stands behind the dashes of a comment.
fn comment(line: &str) -> Option<&str> {
    line.trim_end_matches(['\r', '\n']).trim_start().strip_prefix("--").map(str::trim_start)
}

/// What stands behind a word, in whatever case that is.
fn after<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    if head.eq_ignore_ascii_case(word) { text.get(word.len()..) } else { None }
}

/// Whether the line begins a comment with SQL that undoes the changeset.
fn is_rollback_block(line: &str) -> bool {
    let words = line.trim().strip_prefix("/*").and_then(|it| after(it.trim_start(), "liquibase"));
    words.is_some_and(|words| words.trim_start().eq_ignore_ascii_case("rollback"))
}

/// What is said about undoing a changeset. Nothing if it is said incompletely.
fn rollback(text: &str) -> Option<Rollback> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
    if text.is_empty() {
        return Some(Rollback::Unsaid);
    }
    if lower.starts_with("not required") || lower.starts_with("empty") {
        return Some(Rollback::Empty);
    }
    if !lower.contains("changesetid") {
        return Some(Rollback::Sql);
    }
    let value = |name: &str| {
        let at = lower.rfind(name)?;
        text.get(at + name.len()..)?.split_whitespace().next().map(str::to_owned)
    };
    let (author, id) = (value("changesetauthor:")?, value("changesetid:")?);
    Some(Rollback::Changeset { author, id, path: value("changesetpath:") })
}

/// The list of databases at the beginning of a text, which has no spaces and no quotes.
fn databases(text: &str) -> Option<&str> {
    let first = text.chars().next().filter(|first| *first != ',')?;
    let is_listed = |c: char| c.is_alphanumeric() || ['_', '!', ','].contains(&c);
    let rest = text.get(first.len_utf8()..)?;
    let end = rest.find(|c| !is_listed(c)).unwrap_or(rest.len());
    (end > 0).then(|| text.get(..first.len_utf8() + end))?
}

/// Whether a list of databases has PostgreSQL: `h2,postgresql`, `!mysql`, `all` (`liquibase/database/DatabaseList.java`,
/// `definitionMatches`).
fn has_postgresql(list: &str) -> bool {
    let has = |name: &str| list.split(',').any(|one| one.trim().eq_ignore_ascii_case(name));
    if has("all") {
        return true;
    }
    if has("none") || has("!postgresql") {
        return false;
    }
    has("postgresql") || list.split(',').all(|one| one.trim().is_empty() || one.starts_with('!'))
}

/// The text with spaces in place of everything that is in none of these ranges.
fn only(text: &str, kept: &[Range<usize>]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut end = 0;
    for range in kept.iter().chain(iter::once(&(text.len()..text.len()))) {
        for char in text.get(end..range.start).unwrap_or_default().chars() {
            let blank = if matches!(char, '\n' | '\r') { char } else { ' ' };
            result.extend(iter::repeat_n(blank, char.len_utf8()));
        }
        result.push_str(text.get(range.clone()).unwrap_or_default());
        end = range.end;
    }
    result
}
