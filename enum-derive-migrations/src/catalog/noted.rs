//! Statements that make, change or drop something that may depend on an enum or on a column of one.
//!
//! [`Dependent`](super::Dependent) has what is certainly there, so that replay refuses no statement because of something
//! that may not exist. Here is everything that may be there, for a plan that must leave nothing out. So a statement that
//! makes something stays, even if it is undone.

use std::sync::Arc;

use super::{Catalog, Undo};
use crate::ground::Location;

/// A statement.
#[derive(Clone)]
pub(crate) struct Noted {
    pub text: Arc<str>,
    pub at: Location,
    /// `search_path` when it runs.
    pub path: Arc<[Arc<str>]>,
    /// Whether it is in a block, so that it may run or not.
    pub is_in_block: bool,
    /// Whether it only adds to what may be there.
    makes: bool,
    /// Whether it was undone.
    is_undone: bool,
}

impl Catalog {
    /// Notes a statement; `makes` is whether it only adds to what may be there.
    pub(crate) fn note(&mut self, text: &str, at: &Location, makes: bool, is_in_block: bool) {
        if !makes {
            self.journal.push(Undo::Noted(self.noted.len()));
        }
        self.noted.push(Noted {
            text: text.into(),
            at: at.clone(),
            path: Arc::clone(self.path()),
            is_in_block,
            makes,
            is_undone: false,
        });
    }

    pub(super) fn undo_noted(&mut self, index: usize) {
        if let Some(noted) = self.noted.get_mut(index) {
            noted.is_undone = true;
        }
    }

    /// The noted statements, in order, except those that change or drop something and were undone.
    pub(crate) fn noted(&self) -> impl Iterator<Item = &Noted> {
        self.noted.iter().filter(|noted| noted.makes || !noted.is_undone)
    }
}
