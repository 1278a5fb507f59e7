//! Functions and casts: they keep the types of their arguments from being dropped, and their schemas.

use std::rc::Rc;
use std::sync::Arc;

use super::{Catalog, Mark, Object, Undo};
use crate::ground::{Key, TypeId};
use crate::text::name::Path;

impl Catalog {
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().map(Rc::as_ref)
    }

    fn objects_that(&self, is: &dyn Fn(&Object) -> bool) -> Vec<Rc<Object>> {
        let mut objects = Vec::clone(&self.objects);
        objects.retain(|object| is(object));
        objects
    }

    fn put_objects(&mut self, objects: Vec<Rc<Object>>) {
        let old = std::mem::replace(&mut self.objects, Rc::new(objects));
        self.journal.push(Undo::Objects(old));
    }

    /// Keeps those that `keep` keeps.
    pub(crate) fn retain_objects(&mut self, keep: &dyn Fn(&Object) -> bool) {
        if !self.objects().all(keep) {
            self.put_objects(self.objects_that(keep));
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
        let mut objects = self.objects_that(&stays);
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
        self.retain_objects(&|object| {
            if exactly { !same(object) } else { !object.is_like(noun, key) }
        });
    }

    /// The cast that calls a function; without arguments, there is only one of its name, or none can be meant.
    pub(crate) fn cast_by(&self, function: &Key, arguments: Option<&str>) -> Option<&Object> {
        self.objects().find(|object| object.is_by(function, arguments))
    }

    /// A function of this name goes, and the casts that call it with it.
    pub(crate) fn drop_casts_by(&mut self, function: &Path, arguments: Option<&str>) {
        self.retain_objects(&|object| {
            let Some((called, _)) = &object.calls else { return true };
            let is_named = called.1 == function.name
                && function.schema.as_ref().is_none_or(|schema| called.0 == *schema);
            !(is_named && object.is_by(called, arguments))
        });
    }

    /// Those that have been taken away or changed since `mark`; and those made, if `is_made_unsure`.
    pub(super) fn objects_in_doubt_since(
        &self,
        mark: Mark,
        is_made_unsure: bool,
    ) -> Vec<Rc<Object>> {
        let since = self.journal.get(mark.journal..).unwrap_or_default();
        if !since.iter().any(|undo| matches!(undo, Undo::Objects(_) | Undo::NewObject)) {
            return Vec::new();
        }
        let mut before = Vec::clone(&self.objects);
        for undo in since.iter().rev() {
            match undo {
                Undo::Objects(old) => before.clone_from(old),
                Undo::NewObject => drop(before.pop()),
                _ => {}
            }
        }
        let lacks = |list: &[Rc<Object>], object: &Rc<Object>| {
            !list.iter().any(|there| Rc::ptr_eq(there, object))
        };
        let mut doubted: Vec<Rc<Object>> = Vec::new();
        doubted.extend(before.iter().filter(|object| lacks(&self.objects, object)).cloned());
        if is_made_unsure {
            doubted.extend(self.objects.iter().filter(|object| lacks(&before, object)).cloned());
        }
        doubted
    }

    /// Gives all of a name another.
    pub(crate) fn move_objects(&mut self, from: &Key, to: &Key) {
        let mut objects = Vec::clone(&self.objects);
        for object in &mut objects {
            if object.key.as_ref() == Some(from) {
                Rc::make_mut(object).key = Some(to.clone());
            }
            if object.is_by(from, None)
                && let Some((function, _)) = &mut Rc::make_mut(object).calls
            {
                function.clone_from(to);
            }
        }
        self.put_objects(objects);
    }

    /// The schema has another name.
    pub(crate) fn move_objects_of_schema(&mut self, from: &str, to: &Arc<str>) {
        let mut objects = Vec::clone(&self.objects);
        for object in &mut objects {
            if object.key.as_ref().is_some_and(|key| *key.0 == *from)
                && let Some(key) = &mut Rc::make_mut(object).key
            {
                key.0 = Arc::clone(to);
            }
            if object.calls.as_ref().is_some_and(|(function, _)| *function.0 == *from)
                && let Some((function, _)) = &mut Rc::make_mut(object).calls
            {
                function.0 = Arc::clone(to);
            }
        }
        self.put_objects(objects);
    }
}
