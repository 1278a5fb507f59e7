//! Functions and casts: they keep the types of their arguments from being dropped, and their schemas.

use std::rc::Rc;
use std::sync::Arc;

use super::{Catalog, Object, Undo};
use crate::ground::{Key, TypeId};

impl Catalog {
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().map(Rc::as_ref)
    }

    fn put_objects(&mut self, objects: Vec<Rc<Object>>) {
        let old = std::mem::replace(&mut self.objects, Rc::new(objects));
        self.journal.push(Undo::Objects(old));
    }

    /// Keeps those that `keep` keeps.
    pub(crate) fn retain_objects(&mut self, keep: &dyn Fn(&Object) -> bool) {
        if !self.objects().all(keep) {
            self.put_objects(self.objects.iter().filter(|object| keep(object)).cloned().collect());
        }
    }

    /// Makes one, in the place of one that has the same arguments as far as can be told.
    pub(crate) fn create_object(&mut self, object: Object) {
        let stays = |there: &Object| {
            !(there.is_like(object.noun, object.key.as_ref())
                && there.arguments == object.arguments)
        };
        if self.objects().all(stays) {
            // The journal needs no copy of the others, of which there may be thousands.
            Rc::make_mut(&mut self.objects).push(Rc::new(object));
            self.journal.push(Undo::NewObject);
            return;
        }
        let mut objects: Vec<_> =
            self.objects.iter().filter(|there| stays(there)).cloned().collect();
        objects.push(Rc::new(object));
        self.put_objects(objects);
    }

    /// Drops the one of several that has these arguments, if they are given, or else all of them:
    /// nothing is held against what may be gone.
    pub(crate) fn drop_object(
        &mut self,
        noun: &str,
        key: Option<&Key>,
        arguments: Option<&[TypeId]>,
    ) {
        let same = |object: &Object| {
            arguments.is_none_or(|arguments| object.arguments == arguments)
                && object.is_like(noun, key)
        };
        let exactly = self.objects().any(same);
        self.retain_objects(
            &|object| {
                if exactly { !same(object) } else { !object.is_like(noun, key) }
            },
        );
    }

    /// Gives all of a name another.
    pub(crate) fn move_objects(&mut self, from: &Key, to: &Key) {
        let moved = self.objects.iter().map(|object| match &object.key {
            Some(key) if key == from => {
                Rc::new(Object { key: Some(to.clone()), ..(**object).clone() })
            }
            _ => Rc::clone(object),
        });
        self.put_objects(moved.collect());
    }

    /// The schema has another name.
    pub(crate) fn move_objects_of_schema(&mut self, from: &str, to: &Arc<str>) {
        let moved = self.objects.iter().map(|object| match &object.key {
            Some(key) if *key.0 == *from => {
                let key = (Arc::clone(to), Arc::clone(&key.1));
                Rc::new(Object { key: Some(key), ..(**object).clone() })
            }
            _ => Rc::clone(object),
        });
        self.put_objects(moved.collect());
    }
}
