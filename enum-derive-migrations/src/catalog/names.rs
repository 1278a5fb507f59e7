//! What names stand for.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use super::rows::RelationId;
use crate::ground::{Key, TypeId};

/// What names stand for, schema by schema, so that looking one up makes no copy of it. The numbers behind the ids are
/// kept, as one map is less to compile than two.
pub(super) struct Names<I> {
    schemas: BTreeMap<Arc<str>, BTreeMap<Arc<str>, usize>>,
    ids: PhantomData<I>,
}

impl<I: Id> Names<I> {
    pub(super) fn new() -> Self {
        Self { schemas: BTreeMap::new(), ids: PhantomData }
    }

    pub(super) fn get(&self, schema: &str, name: &str) -> Option<I> {
        self.schemas.get(schema)?.get(name).map(|id| I::new(*id))
    }

    pub(super) fn of(&self, key: &Key) -> Option<I> {
        self.get(&key.0, &key.1)
    }

    pub(super) fn insert(&mut self, key: &Key, id: I) {
        if !self.schemas.contains_key(&key.0) {
            self.schemas.insert(Arc::clone(&key.0), BTreeMap::new());
        }
        if let Some(names) = self.schemas.get_mut(&key.0) {
            names.insert(Arc::clone(&key.1), id.number());
        }
    }

    /// Removes a name, unless it stands for something else.
    pub(super) fn remove(&mut self, key: &Key, id: I) {
        if let Some(names) = self.schemas.get_mut(&key.0)
            && names.get(&key.1) == Some(&id.number())
        {
            names.remove(&key.1);
        }
    }

    /// By schema and name.
    pub(super) fn ids(&self) -> impl Iterator<Item = I> {
        self.schemas.values().flat_map(BTreeMap::values).map(|id| I::new(*id))
    }

    /// By schema.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = I> {
        self.schemas.values().filter_map(move |names| names.get(name).map(|id| I::new(*id)))
    }
}

/// An id, which is a number.
pub(super) trait Id: Copy {
    fn new(number: usize) -> Self;
    fn number(self) -> usize;
}

impl Id for TypeId {
    fn new(number: usize) -> Self {
        Self(number)
    }

    fn number(self) -> usize {
        self.0
    }
}

impl Id for RelationId {
    fn new(number: usize) -> Self {
        Self(number)
    }

    fn number(self) -> usize {
        self.0
    }
}
