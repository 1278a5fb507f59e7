//! Changes of a text as byte ranges, so that everything between them stays as it is.

use std::ops::Range;

/// Changes of one text. None of them depends on another.
#[derive(Debug, Default, Clone)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    pub(super) fn replace(&mut self, range: Range<usize>, with: impl Into<String>) {
        self.0.push((range, with.into()));
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// What the changes take away.
    pub(super) fn taken(&self) -> impl Iterator<Item = &Range<usize>> {
        self.0.iter().map(|(range, _)| range).filter(|range| !range.is_empty())
    }

    /// The changed text. `None` if two changes overlap.
    pub(super) fn apply(mut self, text: &str) -> Option<String> {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut changed = String::with_capacity(text.len());
        let mut at = 0;
        for (range, with) in &self.0 {
            changed.push_str(text.get(at..range.start)?);
            changed.push_str(with);
            at = range.end;
        }
        changed.push_str(text.get(at..)?);
        Some(changed)
    }
}

/// The line end of a text.
pub(super) fn newline(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The blanks at the start of the line.
pub(super) fn indentation(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether only blanks are before it on its line.
pub(super) fn starts_line(text: &str, at: usize) -> bool {
    is_blank(&text[line_start(text, at)..at])
}

/// Where a line that is added after this place goes: at the end of the line, if only a comment follows. `None` if
/// something else follows.
pub(super) fn line_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    let line = line.strip_suffix('\r').unwrap_or(line);
    (is_blank(line) || line.trim_start().starts_with("//")).then(|| {
        // Blanks at the end of a line stay before the comment or at its end.
        at + line.len()
    })
}

/// A piece of a text with the lines that it is alone on; or else with the blanks behind it.
pub(super) fn with_lines(text: &str, range: Range<usize>) -> Range<usize> {
    let start = line_start(text, range.start);
    let rest = &text[range.end..];
    let line = &rest[..rest.find('\n').map_or(rest.len(), |end| end + 1)];
    if is_blank(&text[start..range.start]) && line.trim().is_empty() {
        return start..range.end + line.len();
    }
    range.start..range.end + line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// Removes some elements of a list with commas, and the commas that belong to them. Comments between the elements stay.
pub(super) fn remove_elements(
    text: &str,
    elements: &[Range<usize>],
    is_gone: &[bool],
    edits: &mut Edits,
) {
    let has_comment = |range: Range<usize>| text[range].contains('/');
    let mut first = 0;
    while first < elements.len() {
        if !is_gone[first] {
            first += 1;
            continue;
        }
        let mut last = first;
        while is_gone.get(last + 1).copied().unwrap_or(false) {
            last += 1;
        }
        let (start, end) = (elements[first].start, elements[last].end);
        let inner: bool =
            (first..last).any(|at| has_comment(elements[at].end..elements[at + 1].start));
        let next = elements.get(last + 1).map(|next| next.start);
        let before = first.checked_sub(1).map(|before| elements[before].end);
        if inner {
            for element in &elements[first..=last] {
                edits.remove(element.start..after_comma(text, element.end));
            }
        } else if let Some(next) = next {
            let end = if has_comment(end..next) { after_comma(text, end) } else { next };
            edits.remove(start..end);
        } else if let Some(before) = before.filter(|before| !has_comment(*before..start)) {
            edits.remove(before..end);
        } else {
            edits.remove(start..after_comma(text, end));
        }
        first = last + 1;
    }
}

/// Behind the comma that follows, if one does.
fn after_comma(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let trimmed = rest.trim_start();
    if trimmed.starts_with(',') { at + rest.len() - trimmed.len() + 1 } else { at }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' ' | '\t' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, gone: &[&str]) -> String {
        let names = ["a", "b", "c"].into_iter().filter(|name| text.contains(name));
        let ranges: Vec<_> =
            names.clone().filter_map(|name| text.find(name).map(|at| at..at + 1)).collect();
        let is_gone: Vec<_> = names.map(|name| gone.contains(&name)).collect();
        let mut edits = Edits::default();
        remove_elements(text, &ranges, &is_gone, &mut edits);
        edits.apply(text).unwrap()
    }

    #[test]
    fn a_list_stays_one() {
        for (text, gone, expected) in [
            ("(a, b, c)", &["a"][..], "(b, c)"),
            ("(a, b, c)", &["b"], "(a, c)"),
            ("(a, b, c)", &["c"], "(a, b)"),
            ("(a, b, c,)", &["b", "c"], "(a,)"),
            ("(a, b, c)", &["a", "b"], "(c)"),
            ("(a, b, c)", &["a", "c"], "(b)"),
            ("(a,)", &["a"], "()"),
            ("(\n  a,\n  b,\n  c,\n)", &["b"], "(\n  a,\n  c,\n)"),
            ("(\n  a, // 1\n  b, // 2\n)", &["b"], "(\n  a, // 1\n   // 2\n)"),
            ("(\n  a, // 1\n  b, // 2\n)", &["a"], "(\n   // 1\n  b, // 2\n)"),
        ] {
            assert_eq!(without(text, gone), expected, "{text} {gone:?}");
        }
    }

    #[test]
    fn a_line_goes_as_a_whole_or_not_at_all() {
        let text = "  X\r\nY // c\n";
        assert_eq!(with_lines(text, 2..3), 0..5);
        assert_eq!(with_lines(text, 5..6), 5..7);
        assert_eq!(line_end(text, 3), Some(3));
        assert_eq!(line_end(text, 6), Some(11));
        assert_eq!(line_end(text, 5), None);
        assert_eq!(indentation(text, 3), "  ");
    }

    #[test]
    fn changes_do_not_overlap() {
        let mut edits = Edits::default();
        edits.insert(1, "x");
        edits.replace(1..2, "y");
        assert_eq!(edits.apply("abc").as_deref(), Some("axyc"));
        let mut edits = Edits::default();
        edits.remove(0..2);
        edits.remove(1..3);
        assert_eq!(edits.apply("abc"), None);
    }
}
