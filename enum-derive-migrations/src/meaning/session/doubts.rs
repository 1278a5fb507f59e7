//! What replay cannot be sure of.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ground::{About, Key, Refusal};
use crate::text::name::has_hole;

/// The types that may be other than they seem.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    /// Any type may be.
    pub all: bool,
    types: HashSet<Key>,
    names: HashSet<Arc<str>>,
    /// What may be there or not that is no enum: tables, domains and the like.
    others: HashSet<Key>,
    /// What was added to the sets, in order: going back is frequent, and the sets may be large.
    journal: Vec<Doubt>,
}

#[derive(Debug)]
enum Doubt {
    Type(Key),
    Name(Arc<str>),
    Other(Key),
}

impl Doubts {
    pub(crate) fn add(&mut self, key: &Key) {
        if self.types.insert(key.clone()) {
            self.journal.push(Doubt::Type(key.clone()));
        }
        if self.names.insert(Arc::clone(&key.1)) {
            self.journal.push(Doubt::Name(Arc::clone(&key.1)));
        }
    }

    /// Whether there is something else of that name is not certain from here on.
    pub(crate) fn add_other(&mut self, key: &Key) {
        if self.others.insert(key.clone()) {
            self.journal.push(Doubt::Other(key.clone()));
        }
    }

    /// What [`roll_back`](Self::roll_back) wants to come back to this.
    pub(super) fn mark(&self) -> (bool, usize) {
        (self.all, self.journal.len())
    }

    pub(super) fn roll_back(&mut self, (all, length): (bool, usize)) {
        self.all = all;
        for doubt in self.journal.drain(length.min(self.journal.len())..) {
            match doubt {
                Doubt::Type(key) => self.types.remove(&key),
                Doubt::Name(name) => self.names.remove(&name),
                Doubt::Other(key) => self.others.remove(&key),
            };
        }
    }

    /// Whether something may have a name that is no enum, and that replay does not have.
    pub(crate) fn may_be_taken(&self, key: &Key) -> bool {
        self.others.contains(key)
    }

    pub(crate) fn types(&self) -> &HashSet<Key> {
        &self.types
    }

    /// Whether the state of an enum is what replay says.
    pub(crate) fn is_known(&self, key: &Key) -> bool {
        !self.all && !self.types.contains(key)
    }

    /// Whether the server may accept what replay would refuse.
    pub(crate) fn cover(&self, refusal: &Refusal) -> bool {
        match &refusal.about {
            About::Nothing => false,
            About::NotFollowed => true,
            About::Anything => self.all || !self.types.is_empty(),
            About::Type(key) => {
                self.all
                    || self.types.contains(key)
                    || self.others.contains(key)
                    || has_hole(&key.0)
                    || has_hole(&key.1)
            }
            About::Name(name) => {
                self.all
                    || self.names.contains(name)
                    || self.others.iter().any(|(_, other)| other == name)
                    || has_hole(name)
            }
            About::Schema(name) => {
                self.all || has_hole(name) || self.types.iter().any(|key| key.0 == *name)
            }
        }
    }
}
