//! The lines of a file around a place, made safe to print.
//!
//! A file can contain anything: a line of a hundred kilobytes, control characters, a block of a thousand lines. So
//! the renderer does not get the file, but a few prepared lines without invisible characters, and positions in these
//! lines.

use std::fmt::Write;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{Annotation, AnnotationKind, Group, Renderer, Snippet};
use pg_enum_migrations::Location;
use pg_enum_migrations::folder::Source;

use crate::problem::Place;
use crate::text::{brief, visible};

/// The maximum length in bytes of a line that is shown whole; the renderer cuts it to the width of the terminal. Of a
/// longer line, only the part around the place is shown.
const LONG: usize = 1000;
/// The bytes shown of a longer line: before the place, and from its start.
const AROUND: (usize, usize) = (30, 90);
/// The maximum number of lines between two places that are shown in one piece.
const NEAR: usize = 10;
/// The maximum number of places of one problem.
const MOST: usize = 8;
/// The number of characters of a label at a place.
const LONGEST: usize = 300;

/// The places of a problem, in pieces of files.
pub(crate) struct Excerpts {
    pieces: Vec<Piece>,
}

impl Excerpts {
    pub(crate) fn of(places: &[Place]) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        for (index, place) in places.iter().take(MOST).enumerate() {
            // Two labels may come from one line.
            if places[..index].contains(place) {
                continue;
            }
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            let mark = Mark::new(&place.at, &place.label, kind);
            match pieces.iter_mut().find(|piece| piece.has_room(&place.at, &mark)) {
                Some(piece) => piece.marks.push(mark),
                None => {
                    let source = Arc::clone(&place.at.source);
                    pieces.push(Piece { path: place.path(), source, marks: vec![mark] });
                }
            }
        }
        Self { pieces }
    }

    /// The input for the renderer.
    pub(crate) fn snippets(&self) -> impl Iterator<Item = Snippet<'static, Annotation<'static>>> {
        self.pieces.iter().map(Piece::snippet)
    }

    /// Renders a group with these excerpts. The renderer counts columns in the shown text; if that is not the whole
    /// line, this corrects them.
    pub(crate) fn render(&self, group: Group<'_>, renderer: &Renderer) -> String {
        let all = renderer.render(&[group]);
        let mut parts = all.split(CUT);
        let mut text = parts.next().unwrap_or_default().to_owned();
        let cuts = self.pieces.iter().filter_map(|piece| piece.cut());
        for (mark, part) in cuts.zip(parts) {
            let wrong = |c: char| c == ':' || c.is_ascii_digit();
            // Writing to a string does not fail.
            let _ = write!(text, ":{}:{}", mark.line, mark.column);
            text += part.trim_start_matches(wrong);
        }
        text
    }
}

/// Marks a path after which the column is wrong. It is an invisible character, so it cannot occur in prepared text.
const CUT: char = '\u{e000}';

/// A place in a line.
struct Mark {
    /// Counted from 1.
    line: usize,
    /// In characters, counted from 1.
    column: usize,
    /// The line, or the shown part of it.
    text: String,
    /// The place in this text.
    range: Range<usize>,
    /// Whether the text is only a part of the line.
    cut: bool,
    label: Option<String>,
    kind: AnnotationKind,
}

impl Mark {
    /// If a place has several lines, the first is marked.
    fn new(at: &Location, label: &str, kind: AnnotationKind) -> Self {
        let text = &*at.source.text;
        let start = text.floor_char_boundary(at.range.start.min(text.len()));
        let first = text[..start].rfind('\n').map_or(0, |end| end + 1);
        let last = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let line = text[first..last].strip_suffix('\r').unwrap_or(&text[first..last]);
        let start = (start - first).min(line.len());
        let end = at.range.end.max(at.range.start).min(text.len());
        let end = text.ceil_char_boundary(end).saturating_sub(first).clamp(start, line.len());
        let cut = line.len() > LONG;
        let (from, to) = if cut {
            (
                line.floor_char_boundary(start.saturating_sub(AROUND.0)),
                line.ceil_char_boundary((start + AROUND.1).min(line.len())),
            )
        } else {
            (0, line.len())
        };
        let end = end.min(to);
        let mut shown = String::new();
        if from > 0 {
            shown.push('…');
        }
        push_glyphs(&mut shown, &line[from..start]);
        let shown_start = shown.len();
        push_glyphs(&mut shown, &line[start..end]);
        let shown_end = shown.len();
        push_glyphs(&mut shown, &line[end..to]);
        if to < line.len() {
            shown.push('…');
        }
        Self {
            line: at.line(),
            column: line[..start].chars().count() + 1,
            text: shown,
            range: shown_start..shown_end,
            cut,
            label: Some(brief(label, LONGEST)).filter(|label| !label.is_empty()),
            kind,
        }
    }
}

/// Lines of a file that are shown together.
struct Piece {
    path: PathBuf,
    source: Arc<Source>,
    marks: Vec<Mark>,
}

impl Piece {
    /// Whether a place is near enough to be shown in this piece. Two places in a shortened line are shown in separate
    /// pieces.
    fn has_room(&self, at: &Location, mark: &Mark) -> bool {
        Arc::ptr_eq(&self.source, &at.source)
            && !mark.cut
            && self.marks.iter().all(|other| !other.cut)
            && self.marks.iter().any(|other| other.line.abs_diff(mark.line) <= NEAR)
    }

    /// The place in a shortened line, which has only one place.
    fn cut(&self) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.cut)
    }

    fn snippet(&self) -> Snippet<'static, Annotation<'static>> {
        let mut path = visible(&self.path.to_string_lossy());
        path.extend(self.cut().map(|_| CUT));
        let numbers = self.marks.iter().map(|mark| mark.line);
        let (first, last) = (numbers.clone().min().unwrap_or(1), numbers.max().unwrap_or(1));
        let mut text = String::new();
        let mut annotations = Vec::new();
        let lines = self.source.text.split('\n').skip(first - 1);
        for (number, line) in (first..=last).zip(lines) {
            let start = text.len();
            let marks = self.marks.iter().filter(|mark| mark.line == number);
            match marks.clone().next() {
                // Places in the same line share one text: the line is not shortened.
                Some(mark) => text += &mark.text,
                None => {
                    let line = line.strip_suffix('\r').unwrap_or(line);
                    push_glyphs(&mut text, &line[..line.floor_char_boundary(line.len().min(LONG))]);
                }
            }
            text.push('\n');
            annotations.extend(marks.map(|mark| annotation(mark, start)));
        }
        Snippet::source(text).path(path).line_start(first).annotations(annotations)
    }
}

fn annotation(mark: &Mark, start: usize) -> Annotation<'static> {
    let range = start + mark.range.start..start + mark.range.end;
    mark.kind.span(range).label(mark.label.clone())
}

/// Adds text, with a visible replacement for each character without a glyph. The renderer handles tabs.
fn push_glyphs(text: &mut String, more: &str) {
    for c in more.chars() {
        let glyph = match c {
            '\t' => c,
            // Unicode has symbols for these.
            '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
            '\u{7f}' => '\u{2421}',
            _ if c.is_ascii() => c,
            _ if visible(&format!("a{c}")).len() > 1 + c.len_utf8() => '\u{fffd}',
            _ => c,
        };
        text.push(glyph);
    }
}
