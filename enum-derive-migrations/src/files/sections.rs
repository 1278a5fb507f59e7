//! The ways up and down in one file.

use std::ops::Range;

/// Which way a part of a file, or a file, goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
}

/// A way up, and the way down that follows it.
pub(crate) type Section = (Range<usize>, Option<Range<usize>>);

/// The ways up in a file, as `marker` tells them from a line. What stands before the first marker belongs to the way up
/// only if that marker is the one for the way down.
pub(crate) fn sections(text: &str, marker: impl Fn(&str) -> Option<Direction>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut last = None;
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let start = end;
        end += line.len();
        let Some(direction) = marker(line) else { continue };
        // A marker that says what holds already is a comment.
        if last == Some(direction) {
            continue;
        }
        last = Some(direction);
        match (direction, sections.last_mut()) {
            (Direction::Up, previous) => {
                if let Some((_, Some(down))) = previous {
                    down.end = start;
                }
                sections.push((end..text.len(), None));
            }
            (Direction::Down, None) => sections.push((0..start, Some(end..text.len()))),
            (Direction::Down, Some((up, down))) => {
                up.end = start;
                *down = Some(end..text.len());
            }
        }
    }
    if sections.is_empty() {
        sections.push((0..text.len(), None));
    }
    sections
}
