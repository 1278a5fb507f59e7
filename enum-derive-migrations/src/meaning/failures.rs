//! Statements that have been run as ones that succeed, and that may fail for reasons that replay does not follow. Where
//! a block handles such an error, what the block has done until then is taken back.

use std::borrow::Cow;

use crate::ground::Location;

/// A statement that may fail.
#[derive(Clone)]
pub(crate) struct MayFail {
    pub at: Location,
    /// With which errors, as far as a block may be written to catch them.
    pub sqlstates: Vec<Cow<'static, str>>,
}

/// What may have failed in the innermost block with handlers.
#[derive(Default)]
pub(crate) struct Failures {
    /// How many such blocks there are around what runs.
    handled: usize,
    list: Vec<MayFail>,
}

impl Failures {
    /// Whether anybody asks.
    pub(crate) fn are_handled(&self) -> bool {
        self.handled > 0
    }

    pub(crate) fn add(&mut self, at: Location, sqlstates: Vec<Cow<'static, str>>) {
        if !self.are_handled() || sqlstates.is_empty() {
            return;
        }
        match self.list.iter_mut().find(|there| there.at == at) {
            Some(there) => there.sqlstates.extend(sqlstates),
            None => self.list.push(MayFail { at, sqlstates }),
        }
    }

    /// The statement that stands here may not fail after all, or not with anything that is not known.
    pub(crate) fn forget(&mut self, at: &Location) {
        self.list.retain(|there| there.at != *at);
    }

    /// A block with handlers begins. Returns what [`leave`](Self::leave) wants back.
    pub(crate) fn enter(&mut self) -> Vec<MayFail> {
        self.handled += 1;
        std::mem::take(&mut self.list)
    }

    /// It ends: what may have failed in it.
    pub(crate) fn leave(&mut self, outer: Vec<MayFail>) -> Vec<MayFail> {
        self.handled -= 1;
        std::mem::replace(&mut self.list, outer)
    }
}
