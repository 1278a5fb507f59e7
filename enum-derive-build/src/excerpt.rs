//! Findings as plain text: a build script's errors have no colours, and wait for no terminal.

use std::fmt::Write;

use pg_enum_migrations::{Finding, Kind, Location};

use crate::cargo::one_line;

/// Lines of a statement that are shown. A block of a thousand is told by its first ones.
const LINES: usize = 40;
/// Characters of a line that are shown.
const LONGEST: usize = 200;

/// What is wrong, on one line, with the place in front of it.
pub(crate) fn headline(finding: &Finding, place: &dyn Fn(&Location) -> String) -> String {
    let text = format!("{}: {}", place(&finding.at), one_line(&finding.message));
    match &finding.kind {
        Kind::Refused { sqlstate } => format!("{text} (SQLSTATE {sqlstate})"),
        _ => text,
    }
}

/// The types that are not checked on account of a finding.
pub(crate) fn unchecked(finding: &Finding) -> Option<String> {
    match &finding.kind {
        Kind::Unknown { touches } if touches.is_empty() => Some("no enum is checked".to_owned()),
        Kind::Unknown { touches } => Some(format!("not checked: {}", touches.join(", "))),
        _ => None,
    }
}

/// Types named in one line.
const TYPES: usize = 10;

/// All that fits on one line, without the place: what cannot be known, the types that are not checked on
/// that account, and what to do.
pub(crate) fn brief(finding: &Finding) -> String {
    let mut finding = finding.clone();
    if let Kind::Unknown { touches } = &mut finding.kind
        && let Some(more @ 1..) = touches.len().checked_sub(TYPES)
    {
        touches.truncate(TYPES);
        touches.push(format!("{more} more"));
    }
    let mut text = finding.message.clone();
    for more in [unchecked(&finding), finding.help].into_iter().flatten() {
        text += "; ";
        text += &more;
    }
    one_line(&text)
}

/// All of a finding, with the lines of its statement.
///
/// ```text
/// error: migrations/2_ok.sql:1: label "ok" already exists (SQLSTATE 42710)
///   |
/// 1 | ALTER TYPE mood ADD VALUE 'ok';
///   |
///   = migrations/1_mood.sql:1: it is created here
///   = help: …
/// ```
pub(crate) fn render(finding: &Finding, place: &dyn Fn(&Location) -> String) -> String {
    let mut text = format!("error: {}\n", headline(finding, place));
    let (first, lines) = lines(&finding.at);
    let width = (first + lines.len()).to_string().len();
    let margin = " ".repeat(width);
    // Writing to a string does not fail.
    let _ = writeln!(text, "{margin} |");
    for (index, line) in lines.iter().enumerate().take(LINES) {
        let _ = writeln!(text, "{:width$} | {}", first + index, shortened(line));
    }
    if let Some(more @ 1..) = lines.len().checked_sub(LINES) {
        let _ = writeln!(text, "{margin} | … and {more} more");
    }
    let _ = writeln!(text, "{margin} |");
    if let Some(label) = &finding.label {
        let _ = writeln!(text, "{margin} = {}", one_line(label));
    }
    for (at, message) in &finding.related {
        let _ = writeln!(text, "{margin} = {}: {}", place(at), one_line(message));
    }
    if let Some(unchecked) = unchecked(finding) {
        let _ = writeln!(text, "{margin} = {}", one_line(&unchecked));
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "{margin} = help: {}", one_line(help));
    }
    text
}

/// The lines of the statement that a place is in, and the number of the first. A place may be no more
/// than a name; so these are the lines back to one that ends or is empty, and on to one that ends.
fn lines(at: &Location) -> (usize, Vec<&str>) {
    let lines: Vec<_> = at.source.text.lines().collect();
    let Some(last_index) = lines.len().checked_sub(1) else { return (1, Vec::new()) };
    let ends = |line: &str| line.trim_end().ends_with(';');
    let mut first = (at.line() - 1).min(last_index);
    let end = at.range.end.saturating_sub(1).max(at.range.start);
    let mut last = (at.source.line(end) - 1).clamp(first, last_index);
    let outside = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with("--") || ends(line)
    };
    while first > 0 && !outside(lines[first - 1]) {
        first -= 1;
    }
    while last < last_index && !ends(lines[last]) {
        last += 1;
    }
    (first + 1, lines[first..=last].to_vec())
}

fn shortened(line: &str) -> String {
    let mut text: String = line.chars().take(LONGEST).collect();
    if text.len() < line.len() {
        text.push('…');
    }
    one_line(&text.replace('\t', "    ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pg_enum_migrations::folder::Source;

    use super::*;

    #[test]
    fn a_finding_has_its_lines() {
        let text = "SELECT 1;\nALTER TYPE mood\n\tADD VALUE 'ok';\n-- end\n";
        let source = Arc::new(Source { path: "2_ok.sql".into(), text: text.into() });
        // The name alone, as replay reports it.
        let at = Location::new(&source, 21..25);
        let kind = Kind::Refused { sqlstate: "42710".into() };
        let finding = Finding::new(kind, "label \"ok\" already exists", at.clone())
            .with_related(Location::new(&source, 0..1), "it is created here")
            .with_help("remove this");
        assert_eq!(
            render(&finding, &|at| format!("m/{at}")),
            "error: m/2_ok.sql:2: label \"ok\" already exists (SQLSTATE 42710)\n\
             \x20 |\n\
             2 | ALTER TYPE mood\n\
             3 |     ADD VALUE 'ok';\n\
             \x20 |\n\
             \x20 = m/2_ok.sql:1: it is created here\n\
             \x20 = help: remove this\n"
        );
    }

    #[test]
    fn no_range_does_harm() {
        for text in ["", "\n", "é\r\nü", "\u{1b}[0m\n\n"] {
            let source = Arc::new(Source { path: "x".into(), text: text.into() });
            for (start, end) in [(0, 0), (1, 0), (1, 2), (9, 3), (0, usize::MAX)] {
                let at = Location::new(&source, std::ops::Range { start, end });
                let finding = Finding::new(Kind::Unreadable, "x", at);
                assert!(!render(&finding, &ToString::to_string).contains('\u{1b}'));
            }
        }
    }
}
