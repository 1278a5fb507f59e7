//! Ranges in little memory.

use std::ops::Range;

/// A range in half the memory, for what is kept of all statements of all scripts until these run. Behind four gigabytes,
/// it is empty.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(crate) fn new(range: &Range<usize>) -> Self {
        let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        Self { start: number(range.start), end: number(range.end) }
    }

    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn a_span_is_its_range() {
        assert_eq!(Span::new(&(3..8)).range(), 3..8);
        assert_eq!("text".get(Span::new(&(1 << 33..1 << 34)).range()), None);
    }
}
