//! Types: creating, renaming, moving, dropping.

use std::rc::Rc;
use std::sync::Arc;

use super::labels::texts;
use super::{Catalog, Column, ColumnType, Dependent, Label, Relation, RelationId, Type, TypeKind};
use crate::ground::{Change, Done, Key, Location, Refusal, TypeId, sort};

impl Catalog {
    pub(crate) fn create_enum(&mut self, key: Key, labels: Vec<Label>, at: &Location) -> Done {
        let names = texts(&labels);
        let id = self.create_type(&key, TypeKind::Enum(labels), at)?;
        if self.subtransactions == 0 && !self.minds_fresh_types {
            self.fresh_types.insert(id);
        }
        let (schema, name) = key;
        self.event(id, at, Change::Created { schema, name, labels: names });
        Ok(())
    }

    /// Makes a type and the array type that comes with it, which a shell has not. A shell of that
    /// name becomes the type.
    pub(crate) fn create_type(
        &mut self,
        key: &Key,
        kind: TypeKind,
        at: &Location,
    ) -> Result<TypeId, Refusal> {
        self.make_way(key)?;
        if let Some(shell) = self.type_names.of(key) {
            self.put_type(shell, None);
        }
        let id = TypeId(self.fresh());
        let base = ColumnType::Unknown;
        self.put_type(id, Some(Type { key: key.clone(), kind, base, created: at.clone() }));
        if self.types.get(id).is_some_and(|ty| ty.is_shell()) {
            return Ok(id);
        }
        let array = TypeId(self.fresh());
        let key = (Arc::clone(&key.0), self.array_name(key));
        let (kind, base) = (TypeKind::Array(id), ColumnType::Unknown);
        self.put_type(array, Some(Type { key, kind, base, created: at.clone() }));
        Ok(id)
    }

    /// The type that a domain is over.
    pub(crate) fn set_base(&mut self, id: TypeId, base: ColumnType) {
        if let Some(ty) = self.types.get(id).cloned() {
            self.put_type(id, Some(Type { base, ..(*ty).clone() }));
        }
    }

    /// Whether a new type may take a name.
    pub(crate) fn check_free(&self, key: &Key) -> Done {
        let there = self.type_names.of(key).and_then(|id| self.types.get(id));
        match there {
            Some(ty) if !matches!(ty.kind, TypeKind::Array(_)) && !ty.is_shell() => {
                Err(Refusal::new("42710", format!("type \"{}\" already exists", key.1))
                    .about(key)
                    .related(&ty.created, format!("the {} is created here", ty.kind.noun())))
            }
            _ => Ok(()),
        }
    }

    /// Likewise. A name that is taken by an array type the server named is freed: the array type gets
    /// another (`moveArrayTypeName` in the server's `pg_type.c`).
    pub(crate) fn make_way(&mut self, key: &Key) -> Done {
        self.check_free(key)?;
        let Some(id) = self.type_names.of(key) else { return Ok(()) };
        if let Some(ty) = self.types.get(id).cloned()
            && !ty.is_shell()
        {
            let key = (Arc::clone(&key.0), self.array_name(key));
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
        }
        Ok(())
    }

    /// The name of a new array type for a type of this name (`makeArrayTypeName`).
    pub(crate) fn array_name(&self, key: &Key) -> Arc<str> {
        let mut suffix = String::new();
        for attempt in 1.. {
            let room = pg_enum_core::MAX_BYTES - 1 - suffix.len();
            let stem = &key.1[..key.1.floor_char_boundary(room)];
            let name: Arc<str> = ["_", stem, &suffix].concat().into();
            if self.type_names.get(&key.0, &name).is_none() {
                return name;
            }
            suffix = format!("_{attempt}");
        }
        Arc::clone(&key.1)
    }

    pub(crate) fn array_of(&self, id: TypeId) -> Option<TypeId> {
        self.arrays.get(id).copied()
    }

    pub(crate) fn check_alterable(ty: &Type) -> Done {
        match ty.kind {
            TypeKind::Array(_) => {
                Err(Refusal::new("42809", format!("cannot alter array type {}", ty.key.1))
                    .about(&ty.key))
            }
            TypeKind::Row => {
                Err(Refusal::new("42809", format!("{} is a table's row type", ty.key.1))
                    .about(&ty.key)
                    .help("use ALTER TABLE instead"))
            }
            _ => Ok(()),
        }
    }

    /// `ALTER TYPE … RENAME TO`.
    pub(crate) fn rename_type(&mut self, id: TypeId, name: &Arc<str>, at: &Location) -> Done {
        let Some(ty) = self.types.get(id).cloned() else { return Ok(()) };
        Self::check_alterable(&ty)?;
        let key = (Arc::clone(&ty.key.0), Arc::clone(name));
        let relation = self.relation_of(&ty);
        if relation.is_some() {
            self.check_relation_free(&key)?;
        }
        self.rename(id, &key)?;
        self.follow(relation, &key);
        if matches!(ty.kind, TypeKind::Enum(_)) {
            self.event(id, at, Change::Renamed { to: Arc::clone(name) });
        }
        Ok(())
    }

    /// `RenameTypeInternal`: the array type takes a name after the new one, unless it has just made
    /// way itself.
    pub(crate) fn rename(&mut self, id: TypeId, key: &Key) -> Done {
        let Some(ty) = self.types.get(id).cloned() else { return Ok(()) };
        let array = self.array_of(id);
        let in_the_way = self.type_names.of(key);
        self.make_way(key)?;
        // The server looks for the new array name while it still sees the type's old one.
        let array_name = self.array_name(key);
        self.put_type(id, Some(Type { key: key.clone(), ..(*ty).clone() }));
        if let Some(array) = array
            && in_the_way != Some(array)
            && let Some(ty) = self.types.get(array).cloned()
        {
            let key = (Arc::clone(&key.0), array_name);
            self.put_type(array, Some(Type { key, ..(*ty).clone() }));
        }
        Ok(())
    }

    /// `ALTER TYPE … SET SCHEMA`.
    pub(crate) fn move_type(&mut self, id: TypeId, schema: &Arc<str>, at: &Location) -> Done {
        let Some(ty) = self.types.get(id).cloned() else { return Ok(()) };
        Self::check_alterable(&ty)?;
        if ty.key.0 == *schema {
            return Ok(());
        }
        if [&*ty.key.0, &**schema].contains(&"pg_temp") {
            let message = "cannot move objects into or out of temporary schemas";
            return Err(Refusal::new("0A000", message));
        }
        for id in [Some(id), self.array_of(id)].into_iter().flatten() {
            let Some(ty) = self.types.get(id).cloned() else { continue };
            let key = (Arc::clone(schema), Arc::clone(&ty.key.1));
            if let Some(there) = self.type_names.of(&key).and_then(|there| self.types.get(there)) {
                return Err(Refusal::new(
                    "42710",
                    format!("type \"{}\" already exists in schema \"{schema}\"", key.1),
                )
                .about(&key)
                .related(&there.created, format!("the {} is created here", there.kind.noun())));
            }
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
        }
        let relation = self.relation_of(&ty);
        if relation.is_some() {
            let key = (Arc::clone(schema), Arc::clone(&ty.key.1));
            self.check_relation_free(&key)?;
            self.follow(relation, &key);
        }
        if matches!(ty.kind, TypeKind::Enum(_)) {
            self.event(id, at, Change::Moved { to: Arc::clone(schema) });
        }
        Ok(())
    }

    /// `DROP TYPE` and `DROP DOMAIN`, all of the list at once.
    pub(crate) fn drop_types(&mut self, ids: &[TypeId], cascade: bool, at: &Location) -> Done {
        for &id in ids {
            let Some(ty) = self.types.get(id) else { continue };
            match ty.kind {
                TypeKind::Array(of) if ids.contains(&of) => {}
                TypeKind::Array(of) => {
                    let of = self.types.get(of).map_or("", |of| &of.key.1);
                    return Err(Refusal::new(
                        "2BP01",
                        format!("cannot drop type {of}[] because type {of} requires it"),
                    )
                    .about(&ty.key));
                }
                TypeKind::Row => {
                    let name = &ty.key.1;
                    return Err(Refusal::new(
                        "2BP01",
                        format!("cannot drop type {name} because table {name} requires it"),
                    )
                    .about(&ty.key)
                    .help("drop the table instead"));
                }
                _ => {}
            }
            if !cascade && let Some(refusal) = self.dependents_refusal(id, ids) {
                return Err(refusal);
            }
        }
        for &id in ids {
            self.drop_type(id, at);
        }
        Ok(())
    }

    /// What still needs the type, other than what goes with it.
    pub(crate) fn dependents_refusal(&self, id: TypeId, going: &[TypeId]) -> Option<Refusal> {
        let ty = self.types.get(id)?;
        let name = &ty.key.1;
        let noun = if matches!(ty.kind, TypeKind::Row) { "table" } else { "type" };
        let refuse = |what: String, at: &Location| {
            Refusal::new(
                "2BP01",
                format!("cannot drop {noun} {name} because other objects depend on it"),
            )
            .about(&ty.key)
            .related(at, format!("{what} depends on it"))
            .help("drop or convert what depends on the type first")
        };
        let mut perhaps = None;
        for relation in self.users_of(id) {
            // A table that may be other than it seems may have lost its columns of the type.
            let mut needed = |refusal: Refusal| {
                if !relation.may_have_changed() {
                    return Some(refusal);
                }
                perhaps.get_or_insert(refusal.about_what_is_not_followed());
                None
            };
            let goes = self.row_type(relation).is_some_and(|row| going.contains(&row));
            let is_of_type = |column: &&Column| column.ty.own() == Some(id);
            if !goes && let Some(column) = relation.columns.iter().find(is_of_type) {
                let what =
                    format!("column {} of {} {}", column.name, relation.kind, relation.key.1);
                if let Some(refusal) = needed(refuse(what, &column.at)) {
                    return Some(refusal);
                }
            }
            let of_default = |column: &&Column| column.default_needs().contains(&id);
            if let Some(column) = relation.columns.iter().find(of_default) {
                let what = format!(
                    "the default of column {} of {} {}",
                    column.name, relation.kind, relation.key.1
                );
                let at = column.default.as_ref().map_or(&column.at, |default| &default.at);
                if let Some(refusal) = needed(refuse(what, at)) {
                    return Some(refusal);
                }
            }
        }
        if let Some(object) = self.objects().find(|object| object.needs(id)) {
            let name = object.key.as_ref().map_or_else(String::new, |key| format!(" {}", key.1));
            return Some(refuse(format!("the {}{name}", object.noun), &object.created));
        }
        let needs = |dependent: &&Dependent| {
            dependent.references.types.contains(&id) && self.is_certain(dependent)
        };
        if let Some(dependent) = self.dependents().find(needs) {
            let name = dependent.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
            return Some(refuse(format!("{}{name}", dependent.kind.noun()), &dependent.at));
        }
        let mut over = self.types_over(id);
        over.retain(|(other, _)| !going.contains(other));
        let Some((_, first)) = over.first() else { return perhaps };
        let what = format!("{} {}", first.kind.noun(), first.key.1);
        Some(refuse(what, &first.created).because_of(&first.key))
    }

    /// The relations with columns or defaults that need a type, by schema and name.
    pub(crate) fn users_of(&self, id: TypeId) -> Vec<&Relation> {
        let mut users = Vec::new();
        for user in self.user_ids_of(id) {
            users.extend(self.relations.get(user).map(|relation| &**relation));
        }
        sort(&mut users, &mut |left, right| left.key.cmp(&right.key));
        users
    }

    /// Likewise, by id.
    fn user_ids_of(&self, id: TypeId) -> Vec<RelationId> {
        let mut users = self.users_of_types.get(id).cloned().unwrap_or_default();
        sort(&mut users, &mut Ord::cmp);
        users.dedup();
        users.retain(|user| {
            self.users.contains(user)
                && self.relations.get(*user).is_some_and(|relation| relation.needs(id))
        });
        users
    }

    /// The domains and ranges over a type, by schema and name.
    pub(crate) fn types_over(&self, id: TypeId) -> Vec<(TypeId, &Rc<Type>)> {
        let mut types = Vec::new();
        for other in &self.compounds {
            if let Some(ty) = self.types.get(*other)
                && let TypeKind::Other(_, over) = &ty.kind
                && over.contains(&id)
            {
                types.push((*other, ty));
            }
        }
        sort(&mut types, &mut |(_, left), (_, right)| left.key.cmp(&right.key));
        types
    }

    pub(crate) fn drop_type(&mut self, id: TypeId, at: &Location) {
        let Some(ty) = self.types.get(id).cloned() else { return };
        let array = self.array_of(id);
        let users = self.user_ids_of(id);
        if matches!(ty.kind, TypeKind::Enum(_)) {
            self.note_taken(&users, id);
        }
        for user in users {
            self.drop_columns_of(user, id, at);
        }
        self.retain_objects(&|object| !object.needs(id));
        self.retain_dependents(&|dependent| !dependent.references.types.contains(&id));
        // A domain and a range go with their type.
        let mut over = Vec::new();
        for (other, _) in self.types_over(id) {
            over.push(other);
        }
        for user in over {
            self.drop_type(user, at);
        }
        if let Some(relation) = self.relation_of(&ty) {
            self.put_relation(relation, None);
        }
        for id in array.into_iter().chain([id]) {
            self.put_type(id, None);
        }
        if matches!(ty.kind, TypeKind::Enum(_)) {
            self.event(id, at, Change::Dropped);
        }
    }
}
