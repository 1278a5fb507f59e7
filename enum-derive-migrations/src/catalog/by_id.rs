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

    pub(super) fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.values.get_mut(id.number())?.as_mut()
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

    /// Likewise.
    pub(super) fn into_list(self) -> Vec<(I, T)> {
        let mut list = Vec::with_capacity(self.len);
        for (number, value) in self.values.into_iter().enumerate() {
            if let Some(value) = value {
                list.push((I::new(number), value));
            }
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::ById;
    use crate::ground::TypeId;

    #[test]
    fn values_come_and_go() {
        let mut values = ById::new();
        values.insert(TypeId(3), "a");
        values.insert(TypeId(1), "b");
        values.insert(TypeId(3), "c");
        assert_eq!((values.len(), values.get(TypeId(3))), (2, Some(&"c")));
        assert_eq!(values.list(), [(TypeId(1), &"b"), (TypeId(3), &"c")]);
        assert_eq!((values.remove(TypeId(3)), values.remove(TypeId(9))), (Some("c"), None));
        assert_eq!((values.len(), values.get(TypeId(3)), values.get(TypeId(2))), (1, None, None));
        assert_eq!(values.into_list(), [(TypeId(1), "b")]);
    }
}
