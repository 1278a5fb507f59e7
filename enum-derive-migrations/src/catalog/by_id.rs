//! Values by id.

use std::marker::PhantomData;

use super::names::Id;

/// Values by id. Ids are the numbers from one on, so that this is a list with gaps, which is faster than a hash table
/// and less to compile.
pub(super) struct ById<I, T> {
    values: Vec<Option<T>>,
    len: usize,
    ids: PhantomData<I>,
}

impl<I: Id, T> ById<I, T> {
    pub(super) const fn new() -> Self {
        Self { values: Vec::new(), len: 0, ids: PhantomData }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, id: I) -> Option<&T> {
        self.values.get(id.number())?.as_ref()
    }

    pub(super) fn insert(&mut self, id: I, value: T) {
        while self.values.len() <= id.number() {
            self.values.push(None);
        }
        if self.values[id.number()].replace(value).is_none() {
            self.len += 1;
        }
    }

    pub(super) fn remove(&mut self, id: I) -> Option<T> {
        let old = self.values.get_mut(id.number())?.take();
        if old.is_some() {
            self.len -= 1;
        }
        old
    }

    /// All of them, by id.
    pub(super) fn list(&self) -> Vec<(I, &T)> {
        let mut list = Vec::with_capacity(self.len);
        for (number, value) in self.values.iter().enumerate() {
            if let Some(value) = value {
                list.push((I::new(number), value));
            }
        }
        list
    }
}
