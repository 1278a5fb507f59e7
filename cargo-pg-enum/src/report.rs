//! Findings, as rustc shows its errors: what, where, and the lines in question.

use std::fmt::Write;

use annotate_snippets::{Level, Renderer};

use crate::excerpt::Excerpts;
use crate::migrations::Replayed;
use crate::problem::{LONGEST, Problem, Severity};
use crate::text::{brief, count, visible};
use crate::{Status, Streams};

/// The number of problems that are printed.
const SHOWN: usize = 100;

/// Prints the findings of a folder. Returns whether there are any.
pub(crate) fn print(replayed: &Replayed, streams: &mut Streams<'_>) -> Status {
    let problems = replayed.problems();
    if problems.is_empty() {
        return Status::Clean;
    }
    if print_all(&problems, streams) {
        let _ = streams.err.write_all(summary(replayed).as_bytes());
    }
    Status::Findings
}

/// Prints problems, up to [`SHOWN`]. Returns whether standard error is still open.
pub(crate) fn print_all(problems: &[Problem], streams: &mut Streams<'_>) -> bool {
    let renderer = if streams.err_color { Renderer::styled() } else { Renderer::plain() };
    for problem in problems.iter().take(SHOWN) {
        let text = render(problem, &renderer);
        if writeln!(streams.err, "{text}\n").is_err() {
            return false;
        }
    }
    if let Some(hidden @ 1..) = problems.len().checked_sub(SHOWN) {
        let hidden = count(hidden, "more problem");
        return writeln!(streams.err, "{hidden} not shown").is_ok();
    }
    true
}

/// A problem with the lines that it is about.
pub(crate) fn render(problem: &Problem, renderer: &Renderer) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let excerpts = Excerpts::of(&problem.places);
    let title = level.primary_title(brief(&problem.message, LONGEST));
    let group = title.id(problem.code).elements(excerpts.snippets());
    // Whole, as there may be SQL in it that is to be run.
    let help = problem.help.as_ref().map(|help| Level::HELP.message(visible(help)));
    let notes = problem.notes.iter().map(|note| Level::NOTE.message(brief(note, LONGEST)));
    let group = group.elements(notes).elements(help);
    excerpts.render(group, renderer)
}

/// How many findings there are, and where replay stopped if it did not come to the end.
fn summary(replayed: &Replayed) -> String {
    let (folder, replay) = (&replayed.folder, &replayed.replay);
    let mut text = String::new();
    // Writing to a string does not fail.
    let problems = count(replay.findings.len(), "problem");
    let _ = writeln!(text, "{problems} in {}", count(replay.replayed, "migration"));
    if let Some(left @ 1..) = replay.total.checked_sub(replay.replayed) {
        let last = replay.replayed.checked_sub(1).and_then(|index| folder.migrations.get(index));
        let version = last.map_or("", |migration| &migration.version);
        let _ = writeln!(
            text,
            "stopped at migration {}, which is refused; {} after it not replayed (--keep-going continues)",
            brief(version, LONGEST),
            count(left, "migration"),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use pg_enum_migrations::folder::Source;
    use pg_enum_migrations::{Finding, Kind, Location};

    use super::*;

    const NASTY: &[&str] = &[
        "",
        "\n",
        "\r\n\r\n",
        "a\rb\r\n\tc\r",
        "\t\u{1b}[31m\u{7f}é\u{9b}2J\u{202e}\u{200d}",
        "日本\u{301}\u{301}\n\u{301}x\u{e000}:1:2",
        "🦀👨\u{200d}👩\u{200d}👧\n\n\n",
        "'a\u{0}b' \u{feff}\u{2028}c",
    ];

    fn shown(text: &str, range: (usize, usize), related: &[(usize, usize)]) -> String {
        let source = Arc::new(Source { path: "\u{1b}[2J\n.sql".into(), text: text.to_owned() });
        let at = |(start, end): (usize, usize)| {
            // A range may end before it starts.
            Location::new(&source, std::ops::Range { start, end })
        };
        let kind = Kind::Unknown { touches: vec!["a\u{1b}[0m".to_owned()] };
        let mut finding = Finding::new(kind, "what\n\u{1b}is", at(range))
            .with_label("here\n\u{1b}")
            .with_help("mend\n\u{1b}");
        for place in related {
            finding = finding.with_related(at(*place), "there\n\u{9b}");
        }
        render(&Problem::of_finding(&finding, Path::new("root\u{7}")), &Renderer::plain())
    }

    #[test]
    fn no_text_and_no_range_does_harm() {
        for text in NASTY {
            for start in 0..text.len() + 3 {
                for end in 0..text.len() + 3 {
                    let both = [(end, start), (text.len(), usize::MAX), (0, text.len())];
                    for related in [&both[..0], &both] {
                        let shown = shown(text, (start, end), related);
                        let harm = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
                        assert!(!shown.contains(harm), "{text:?} {start} {end}: {shown:?}");
                        assert!(shown.lines().count() < 40, "{shown}");
                        assert!(!shown.contains('\u{e000}'), "{shown:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_shown_has_bounds() {
        let long = "SELECT 'é'; ".repeat(20_000);
        let many = "SELECT 1;\n".repeat(20_000);
        for text in [long.clone(), many.clone(), format!("{many}{long}\r\n{many}")] {
            let middle = text.len() / 2 + 1;
            let places = [
                (middle, middle + 10),
                (0, text.len()),
                (text.len(), text.len()),
                (text.len() - 5, text.len() - 1),
                (middle + 50, middle),
                (middle + 3, usize::MAX),
            ];
            for range in places {
                let shown = shown(&text, range, &places);
                assert!(shown.len() < 20_000, "{}", shown.len());
                assert!(shown.lines().all(|line| line.chars().count() < 400), "{shown}");
            }
            let related: Vec<_> = (0..1000).map(|i| (i * 20, i * 20 + 5)).collect();
            assert!(shown(&text, (0, 3), &related).len() < 20_000);
        }
    }

    #[test]
    fn a_column_is_that_of_the_file() {
        let text = format!("é\n{}x", "é".repeat(5000));
        let shown = shown(&text, (text.len() - 1, text.len()), &[(0, 2)]);
        assert!(shown.contains(r"\n.sql:2:5001"), "{shown}");
        assert!(shown.contains(r"\n.sql:1:1"), "{shown}");
    }
}
