//! Plain text for a terminal of 100 columns.
//!
//! What cannot be written is let go: a reader such as `head` may leave when it has seen enough.

use std::fmt::Write as _;
use std::io::{self, Write as _};

const WIDTH: usize = 100;

pub(crate) fn line(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

pub(crate) fn heading(text: &str) {
    line("");
    line(text);
    line("");
}

/// Text of many lines, as it is: also to be copied.
pub(crate) fn verbatim(text: &str) {
    line(text.trim_end());
}

/// Text in lines of whole words, each behind so many spaces.
pub(crate) fn paragraph(indent: usize, text: &str) {
    hanging(&" ".repeat(indent), indent, text);
}

/// What it is about, then what is to be said.
pub(crate) fn entry(name: &str, text: &str) {
    columns(&[(17, name)], text);
}

/// Cells of a width each, then text for the rest of the line and the lines below.
pub(crate) fn columns(cells: &[(usize, &str)], text: &str) {
    let mut start = " ".repeat(2);
    for (width, cell) in cells {
        let _ = write!(start, "{cell:<width$}");
    }
    let indent = 2 + cells.iter().map(|(width, _)| width).sum::<usize>();
    hanging(&start, indent, text);
}

fn hanging(start: &str, indent: usize, text: &str) {
    let mut current = start.to_owned();
    let mut filled = false;
    for word in text.split_whitespace() {
        if filled && current.chars().count() + 1 + word.chars().count() > WIDTH {
            line(&current);
            current = " ".repeat(indent);
            filled = false;
        }
        if filled {
            current.push(' ');
        }
        current += word;
        filled = true;
    }
    line(current.trim_end());
}
