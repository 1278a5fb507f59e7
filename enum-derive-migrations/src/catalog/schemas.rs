//! Schemas.

use std::rc::Rc;
use std::sync::Arc;

use super::{Assumed, Catalog, Relation, RelationId, Type, TypeKind, USER};
use crate::ground::{Change, Done, Location, Refusal, TypeId, sort};
use crate::text::name::{HOLE, has_hole};

/// Where an unqualified name is looked for before the schemas of the path, unless that has them.
const IMPLICIT: [&str; 2] = ["pg_temp", "pg_catalog"];

impl Catalog {
    /// The schemas that an unqualified name is looked for in, in order (`PostgreSQL` manual, 5.10.3).
    pub(crate) fn search_schemas(&self) -> Vec<&Arc<str>> {
        let path = self.path();
        let mut schemas = Vec::with_capacity(IMPLICIT.len() + path.len());
        for implicit in IMPLICIT {
            if !path.iter().any(|on_path| &**on_path == implicit) {
                schemas.extend(self.schemas.get(implicit));
            }
        }
        for name in path.iter() {
            if self.has_schema(name) {
                schemas.push(name);
            }
        }
        schemas
    }

    /// Their names, and those of schemas on the path that are not there: nothing is in those, which takes less time to
    /// see.
    pub(super) fn search_names(&self) -> impl Iterator<Item = &str> {
        let path = self.path();
        let is_implicit = |name: &&str| !path.iter().any(|on_path| **on_path == **name);
        IMPLICIT.into_iter().filter(is_implicit).chain(path.iter().map(|name| &**name))
    }

    /// The schema that an unqualified object is created in.
    pub(crate) fn current_schema(&self) -> Option<&Arc<str>> {
        self.path().iter().find(|name| self.has_schema(name))
    }

    pub(crate) fn has_schema(&self, name: &str) -> bool {
        // A placeholder stands for a schema that is there.
        self.schemas.contains(name)
            || has_hole(name)
            || (self.assumes_schemas
                && name != USER
                && !name.starts_with("pg_")
                && !self.made_schemas.contains(name)
                // None, or a list of names that the quotes around it make one.
                && !name.is_empty()
                && !name.contains(','))
    }

    /// Whether a schema is only taken to be there.
    pub(crate) fn is_assumed(&self, schema: &str) -> bool {
        self.has_schema(schema) && !self.schemas.contains(schema) && !has_hole(schema)
    }

    /// Whether there is a schema, for something in it: that the schema is there may only be taken for granted.
    pub(crate) fn has_schema_for(&self, schema: &Arc<str>, name: &Arc<str>) -> bool {
        if self.is_assumed(schema) {
            let key = (Arc::clone(schema), Arc::clone(name));
            self.assumed.borrow_mut().push(Assumed { key, otherwise: None });
        }
        self.has_schema(schema)
    }

    /// Something of that name is about to be made in the current schema: that this is there may only be taken for
    /// granted.
    pub(crate) fn note_current_schema(&self, name: &Arc<str>) {
        let key = |schema: &Arc<str>| (Arc::clone(schema), Arc::clone(name));
        let current = self.current_schema();
        for schema in self.perhaps_users(current.map(|schema| &**schema)) {
            let otherwise = current.map(key);
            self.assumed.borrow_mut().push(Assumed { key: key(schema), otherwise });
        }
        let mut there = self.path().iter().filter(|schema| self.has_schema(schema));
        let Some(first) = there.next() else { return };
        if self.is_assumed(first) || &**first == USER {
            let otherwise = there.find(|schema| !self.is_assumed(schema)).map(key);
            self.assumed.borrow_mut().push(Assumed { key: key(first), otherwise });
        }
    }

    /// A schema has the name of a role.
    pub(crate) fn note_role_schema(&mut self, name: Arc<str>) {
        self.role_schemas.insert(name);
    }

    /// A schema has a name of which parts are not known, or nothing at all. A user is not taken to be called like what a
    /// migration has put together from more than one part.
    pub(crate) fn note_vague_schema(&mut self, name: Arc<str>) {
        if name.chars().all(|part| part == HOLE) {
            self.has_nameless_schema = true;
        }
        self.vague_schemas.insert(name);
    }

    /// The schemas that may be the one that `$user` stands for, if that comes before another on the path, or one of
    /// another name there that is not known to be there.
    pub(crate) fn perhaps_users(&self, other: Option<&str>) -> Vec<&Arc<str>> {
        let mut candidates = Vec::new();
        if self.role_schemas.is_empty() && self.vague_schemas.is_empty() {
            return candidates;
        }
        for name in self.path().iter().take_while(|name| other != Some(&***name)) {
            if self.has_schema(name) {
                continue;
            }
            if &**name == USER {
                let is_there = |schema: &&Arc<str>| self.schemas.contains(*schema);
                candidates.extend(self.role_schemas.iter().filter(is_there));
                if self.has_nameless_schema {
                    let is_nameless = |schema: &&Arc<str>| schema.chars().all(|c| c == HOLE);
                    candidates.extend(self.vague_schemas.iter().find(is_nameless));
                }
            } else {
                let may_be = |schema: &&Arc<str>| may_be(schema, name);
                candidates.extend(self.vague_schemas.iter().filter(may_be));
            }
        }
        sort(&mut candidates, &mut Ord::cmp);
        candidates.dedup();
        candidates
    }

    /// What has been looked for or made in schemas that are only taken to be there, since last asked.
    pub(crate) fn take_assumed(&self) -> Vec<Assumed> {
        self.assumed.take()
    }

    /// From here on, a schema that no migration makes is there all the same.
    pub(crate) fn assume_schemas(&mut self) {
        self.assumes_schemas = true;
    }

    /// A migration makes this schema.
    pub(crate) fn note_schema(&mut self, name: Arc<str>) {
        self.made_schemas.insert(name);
    }

    pub(crate) fn has_made_schema(&self, name: &str) -> bool {
        self.made_schemas.contains(name)
    }

    /// Every schema, by name.
    pub(crate) fn schemas(&self) -> Vec<&Arc<str>> {
        let mut schemas: Vec<_> = self.schemas.iter().collect();
        sort(&mut schemas, &mut Ord::cmp);
        schemas
    }

    pub(crate) fn create_schema(&mut self, name: &Arc<str>, if_not_exists: bool) -> Done {
        if name.starts_with("pg_") {
            return Err(Refusal::new("42939", format!("unacceptable schema name \"{name}\""))
                .help("the prefix pg_ is reserved for system schemas"));
        }
        if self.schemas.contains(name) {
            return if if_not_exists {
                Ok(())
            } else {
                Err(Refusal::new("42P06", format!("schema \"{name}\" already exists"))
                    .about_schema(name))
            };
        }
        self.put_schema(name, true);
        Ok(())
    }

    pub(crate) fn rename_schema(&mut self, from: &Arc<str>, to: &Arc<str>, at: &Location) -> Done {
        if !self.has_schema(from) {
            return Err(Refusal::no_schema(from));
        }
        if self.schemas.contains(to) {
            return Err(
                Refusal::new("42P06", format!("schema \"{to}\" already exists")).about_schema(to)
            );
        }
        if to.starts_with("pg_") {
            return Err(Refusal::new("42939", format!("unacceptable schema name \"{to}\"")));
        }
        self.put_schema(from, false);
        self.put_schema(to, true);
        for (id, ty) in self.types_in(from) {
            let key = (Arc::clone(to), Arc::clone(&ty.key.1));
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
            if matches!(ty.kind, TypeKind::Enum(_)) {
                self.event(id, at, Change::Moved { to: Arc::clone(to) });
            }
        }
        let relations = self.relations_in(from);
        self.move_objects_of_schema(from, to);
        for (id, relation) in relations {
            let key = (Arc::clone(to), Arc::clone(&relation.key.1));
            let moved = Relation { key, ..(*relation).clone() };
            // What was dropped in a schema of the new name was not dropped in this one.
            if let Some(absent) = self.absent_names.of(&moved.key).filter(|absent| *absent != id) {
                self.put_relation(absent, None);
            }
            self.put_relation(id, Some(moved));
        }
        Ok(())
    }

    pub(crate) fn types_in(&self, schema: &str) -> Vec<(TypeId, Rc<Type>)> {
        let mut types = Vec::new();
        for (id, ty) in self.types() {
            if *ty.key.0 == *schema {
                types.push((id, Rc::clone(ty)));
            }
        }
        types
    }

    fn relations_in(&self, schema: &str) -> Vec<(RelationId, Rc<Relation>)> {
        let mut relations = Vec::new();
        for (id, relation) in self.relations.list() {
            if *relation.key.0 == *schema {
                relations.push((id, Rc::clone(relation)));
            }
        }
        relations
    }

    /// `DROP SCHEMA`, all of the list at once.
    pub(crate) fn drop_schemas(
        &mut self,
        names: &[Arc<str>],
        cascade: bool,
        at: &Location,
    ) -> Done {
        if !cascade {
            for name in names {
                let types = self.types_in(name);
                let ty = types.iter().find(|(_, ty)| !matches!(ty.kind, TypeKind::Array(_)));
                let object = self.objects().find_map(|object| {
                    let key = object.key.as_ref().filter(|key| key.0 == *name)?;
                    Some((&object.created, &key.1))
                });
                let there = ty.map(|(_, ty)| (&ty.created, &ty.key.1)).or(object);
                if let Some((created, what)) = there {
                    return Err(Refusal::new(
                        "2BP01",
                        format!("cannot drop schema {name} because other objects depend on it"),
                    )
                    .about_schema(name)
                    .related(created, format!("{what} is in it"))
                    .help("drop or move what is in the schema first"));
                }
            }
        }
        for name in names {
            for (id, _) in self.relations_in(name) {
                self.drop_relation(id, at);
            }
            for (id, _) in self.types_in(name) {
                self.drop_type(id, at);
            }
            self.retain_objects(&|object| {
                let calls = object.calls.as_ref().map(|(function, _)| function);
                object.key.iter().chain(calls).all(|key| key.0 != *name)
            });
            if self.schemas.contains(name) {
                self.put_schema(name, false);
            }
        }
        Ok(())
    }
}

/// Whether a name of which parts are not known may be that of a schema on the path.
fn may_be(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split(HOLE).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    let rest = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last));
    let Some(mut rest) = rest else { return false };
    for part in &parts[1..parts.len() - 1] {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}
