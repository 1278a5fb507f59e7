//! What names stand for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ground::Key;

/// What names stand for, schema by schema, so that looking one up makes no copy of it.
pub(super) struct Names<Id>(BTreeMap<Arc<str>, BTreeMap<Arc<str>, Id>>);

impl<Id: Copy + PartialEq> Names<Id> {
    pub(super) fn new() -> Self {
        Self(BTreeMap::new())
    }

    pub(super) fn get(&self, schema: &str, name: &str) -> Option<Id> {
        self.0.get(schema)?.get(name).copied()
    }

    pub(super) fn of(&self, key: &Key) -> Option<Id> {
        self.get(&key.0, &key.1)
    }

    pub(super) fn insert(&mut self, key: &Key, id: Id) {
        match self.0.get_mut(&key.0) {
            Some(names) => drop(names.insert(Arc::clone(&key.1), id)),
            None => {
                let names = BTreeMap::from([(Arc::clone(&key.1), id)]);
                self.0.insert(Arc::clone(&key.0), names);
            }
        }
    }

    /// Removes a name, unless it stands for something else.
    pub(super) fn remove(&mut self, key: &Key, id: Id) {
        if let Some(names) = self.0.get_mut(&key.0)
            && names.get(&key.1) == Some(&id)
        {
            names.remove(&key.1);
        }
    }

    /// By schema and name.
    pub(super) fn ids(&self) -> impl Iterator<Item = Id> {
        self.0.values().flat_map(BTreeMap::values).copied()
    }

    /// By schema.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = Id> {
        self.0.values().filter_map(move |names| names.get(name).copied())
    }
}
