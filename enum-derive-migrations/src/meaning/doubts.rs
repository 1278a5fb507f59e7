//! What replay cannot be sure of.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ground::{About, Key, Refusal};
use crate::text::name::{has_hole, truncated};

/// The types that may be other than they seem.
#[derive(Default)]
pub(crate) struct Doubts {
    /// Any type may be.
    pub all: bool,
    types: HashSet<Key>,
    /// What may be there or not that is no enum: tables, domains and the like.
    others: HashSet<Key>,
    /// What was added to the sets, in order: going back is frequent, and the sets may be large.
    journal: Vec<Doubt>,
    /// What was in doubt before something is tried out.
    before: Option<Box<Self>>,
}

enum Doubt {
    Type(Key),
    Other(Key),
}

impl Doubts {
    pub(crate) fn add(&mut self, key: &Key) {
        if self.types.insert(key.clone()) {
            self.journal.push(Doubt::Type(key.clone()));
        }
    }

    /// Whether there is something else of that name is not certain from here on.
    pub(crate) fn add_other(&mut self, key: &Key) {
        if self.others.insert(key.clone()) {
            self.journal.push(Doubt::Other(key.clone()));
        }
    }

    /// From here on, what comes into doubt is kept apart: it may be in doubt already.
    pub(crate) fn set_apart(&mut self) {
        let before = std::mem::take(self);
        self.before = Some(Box::new(before));
    }

    /// What has come into doubt since; what was in doubt before is so again.
    pub(crate) fn take_apart(&mut self) -> Self {
        let before = self.before.take().map(|before| *before);
        std::mem::replace(self, before.unwrap_or_default())
    }

    /// All that may be there or not, or be other than it seems, enums and others, what was in doubt before included.
    pub(crate) fn keys(&self) -> Vec<&Key> {
        let mut keys = Vec::new();
        let mut next = Some(self);
        while let Some(doubts) = next {
            keys.extend(&doubts.types);
            keys.extend(&doubts.others);
            next = doubts.before.as_deref();
        }
        keys
    }

    /// What [`roll_back`](Self::roll_back) wants to come back to this.
    pub(crate) fn mark(&self) -> (bool, usize) {
        (self.all, self.journal.len())
    }

    pub(crate) fn roll_back(&mut self, (all, length): (bool, usize)) {
        self.all = all;
        for doubt in self.journal.drain(length.min(self.journal.len())..) {
            match doubt {
                Doubt::Type(key) => self.types.remove(&key),
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

    fn has(&self, is: &dyn Fn(&Key) -> bool) -> bool {
        self.types.iter().any(is) || self.others.iter().any(is)
    }

    /// Whether the server may accept what replay would refuse.
    pub(crate) fn cover(&self, refusal: &Refusal) -> bool {
        let is_doubted = |key: &Key| self.others.contains(key) || self.types.contains(key);
        if refusal.because_of.as_ref().is_some_and(is_doubted) {
            return true;
        }
        match &refusal.about {
            About::Nothing => false,
            About::NotFollowed => true,
            About::Anything => self.all || !self.types.is_empty(),
            About::Type(key) => {
                let is_around =
                    |there: &Key| there.0 == key.0 && names_around(&there.1).contains(&key.1);
                self.all || self.has(&is_around) || has_hole(&key.0) || has_hole(&key.1)
            }
            About::Name(name) => {
                let is_around = |there: &Key| names_around(&there.1).contains(name);
                self.all || self.has(&is_around) || has_hole(name)
            }
            About::Schema(name) => {
                self.all || has_hole(name) || self.types.iter().any(|key| key.0 == *name)
            }
        }
    }
}

/// The names that change with that of a type: its own, that of the array type that comes with it, and that to which
/// this one, or another, makes way for the type (`makeArrayTypeName` and `moveArrayTypeName` in `PostgreSQL`'s
/// `pg_type.c`).
pub(crate) fn names_around(name: &Arc<str>) -> [Arc<str>; 3] {
    let array = |name: &str| Arc::<str>::from(truncated(&format!("_{name}")));
    [Arc::clone(name), array(name), array(&array(name))]
}
