//! Bodies of blocks and routines that have been read: a routine's runs at each call, and a block's in each round of a
//! loop.

use std::collections::HashMap;
use std::rc::Rc;

use crate::text::body::{Into, cut_into};
use crate::text::nesting::too_nested;
use crate::text::node::{ParseError, SyntaxNode};
use crate::text::strings::{Backslash, respelled};
use crate::text::tree;

/// How many bytes of text may be kept as trees, which take many times that.
const MOST_BYTES: usize = 1 << 18;

/// What a body is to the parser.
pub(crate) enum Read {
    TooNested,
    Unreadable(ParseError),
    /// The tree, and the `INTO`s that were cut out of its queries.
    Body(SyntaxNode, Rc<[Into]>),
}

impl Read {
    fn of(text: &str, backslash: Backslash) -> Self {
        if too_nested(text) {
            return Self::TooNested;
        }
        let (masked, intos) = cut_into(&respelled(text, backslash));
        match tree::body(&masked) {
            Ok(tree) => Self::Body(tree, intos.into()),
            Err(error) => Self::Unreadable(error),
        }
    }
}

/// The bodies that have been read last, by their text.
#[derive(Default)]
pub(super) struct Bodies {
    read: HashMap<(String, Backslash), Rc<Read>>,
    /// How much text that is.
    bytes: usize,
}

impl Bodies {
    pub(super) fn read(&mut self, text: &str, backslash: Backslash) -> Rc<Read> {
        let key = (text.to_owned(), backslash);
        if let Some(read) = self.read.get(&key) {
            return Rc::clone(read);
        }
        let read = Rc::new(Read::of(text, backslash));
        self.bytes += text.len();
        if self.bytes > MOST_BYTES {
            self.read.clear();
            self.bytes = text.len();
        }
        // One that is longer than that by itself is not kept.
        if self.bytes <= MOST_BYTES {
            self.read.insert(key, Rc::clone(&read));
        }
        read
    }
}
