//! What names stand for.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::columns::RelationId;
use crate::ground::{Key, TypeId, sort};

/// What names stand for, schema by schema, so that looking one up makes no copy of it. The numbers behind the ids are
/// kept, so that one map is compiled and not one for each type of id. The few schemas are a sorted list.
pub(super) struct Names<I> {
    schemas: Vec<Schema>,
    ids: PhantomData<I>,
}

struct Schema {
    name: Arc<str>,
    names: HashMap<Arc<str>, usize, RandomState>,
}

impl<I: Id> Names<I> {
    pub(super) fn new() -> Self {
        Self { schemas: Vec::new(), ids: PhantomData }
    }

    pub(super) fn get(&self, schema: &str, name: &str) -> Option<I> {
        let index = place(&self.schemas, schema).ok()?;
        self.schemas[index].names.get(name).map(|id| I::new(*id))
    }

    pub(super) fn of(&self, key: &Key) -> Option<I> {
        self.get(&key.0, &key.1)
    }

    pub(super) fn insert(&mut self, key: &Key, id: I) {
        let index = place(&self.schemas, &key.0).unwrap_or_else(|index| {
            let schema = Schema { name: Arc::clone(&key.0), names: HashMap::default() };
            self.schemas.insert(index, schema);
            index
        });
        self.schemas[index].names.insert(Arc::clone(&key.1), id.number());
    }

    /// Removes a name, unless it stands for something else.
    pub(super) fn remove(&mut self, key: &Key, id: I) {
        if let Ok(index) = place(&self.schemas, &key.0) {
            let names = &mut self.schemas[index].names;
            if names.get(&key.1) == Some(&id.number()) {
                names.remove(&key.1);
            }
        }
    }

    /// By schema and name.
    pub(super) fn ids(&self) -> Vec<I> {
        let mut ids = Vec::new();
        for schema in &self.schemas {
            let mut names = Vec::with_capacity(schema.names.len());
            for (name, id) in &schema.names {
                names.push((name, *id));
            }
            sort(&mut names, &mut |left, right| left.0.cmp(right.0));
            for (_, id) in names {
                ids.push(I::new(id));
            }
        }
        ids
    }

    /// By schema.
    pub(super) fn named(&self, name: &str) -> Vec<I> {
        let mut ids = Vec::new();
        for schema in &self.schemas {
            if let Some(id) = schema.names.get(name) {
                ids.push(I::new(*id));
            }
        }
        ids
    }
}

/// Where a schema is in the list, or would be.
fn place(schemas: &[Schema], name: &str) -> Result<usize, usize> {
    schemas.binary_search_by(|schema| (*schema.name).cmp(name))
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
