//! Where the text that runs comes from.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use super::escapes::Decoded;
use super::node::SyntaxNode;
use crate::ground::{Location, Source};

/// The way back from a text that is interpreted to the file it is written in: a statement, the body
/// of a block, a string that is executed.
#[derive(Clone)]
pub(crate) struct Origin {
    source: Arc<Source>,
    map: Map,
}

/// From a place in the text to one in the file.
#[derive(Clone)]
enum Map {
    /// So many bytes further on. It is what statements of files have.
    Shift(usize),
    Other(Rc<dyn Fn(Range<usize>) -> Range<usize>>),
}

impl Map {
    fn map(&self, range: Range<usize>) -> Range<usize> {
        match self {
            Self::Shift(start) => range.start + start..range.end + start,
            Self::Other(map) => map(range),
        }
    }
}

impl Origin {
    /// Text that begins at `start` of the file.
    pub(crate) fn file(source: &Arc<Source>, start: usize) -> Self {
        Self { source: Arc::clone(source), map: Map::Shift(start) }
    }

    /// A part of this text that begins at `start`.
    pub(crate) fn part(&self, start: usize) -> Self {
        let map = match &self.map {
            Map::Shift(outer) => Map::Shift(outer + start),
            Map::Other(outer) => {
                let outer = Rc::clone(outer);
                Map::Other(Rc::new(move |range: Range<usize>| {
                    outer(range.start + start..range.end + start)
                }))
            }
        };
        Self { source: Arc::clone(&self.source), map }
    }

    /// What a string in this text says, quotes and escapes removed.
    pub(crate) fn decoded(&self, decoded: Decoded) -> Self {
        let outer = self.map.clone();
        let map = Map::Other(Rc::new(move |range: Range<usize>| {
            outer.map(decoded.written(range.start)..decoded.written(range.end))
        }));
        Self { source: Arc::clone(&self.source), map }
    }

    /// Text that is put together by what stands at `at`.
    pub(crate) fn fixed(at: &Location) -> Self {
        let range = at.range.clone();
        Self { source: Arc::clone(&at.source), map: Map::Other(Rc::new(move |_| range.clone())) }
    }

    /// Where a stretch of the text stands in the file.
    pub(crate) fn at(&self, range: Range<usize>) -> Location {
        let mapped = self.map.map(range);
        let end = mapped.end.clamp(mapped.start, self.source.text.len().max(mapped.start));
        Location::new(&self.source, mapped.start..end)
    }

    /// Where a node stands in the file.
    pub(crate) fn of(&self, node: &SyntaxNode) -> Location {
        let range = node.text_range();
        // A node may begin or end with blanks and a semicolon that nobody wants to see underlined.
        let mut end = usize::from(range.end());
        let mut place = range.end();
        while place > range.start()
            && let Some(token) = node.token_at_offset(place).left_biased()
        {
            let kept = token.text().trim_end_matches([';', ' ', '\n', '\r', '\t']).len();
            end -= token.text().len() - kept;
            if kept > 0 {
                break;
            }
            place = token.text_range().start();
        }
        self.at(usize::from(range.start())..end.max(usize::from(range.start())))
    }
}
