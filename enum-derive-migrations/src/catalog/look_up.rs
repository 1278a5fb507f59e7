//! What names mean.

use std::rc::Rc;
use std::sync::Arc;

use super::{Assumed, ById, Catalog, Label, Relation, RelationId, Type, TypeKind};
use crate::ground::{Key, Location, Refusal, TypeId, sort};
use crate::text::name::{self, Path};

impl Catalog {
    pub(crate) fn ty(&self, id: TypeId) -> Option<&Rc<Type>> {
        self.types.get(id)
    }

    pub(crate) fn type_at(&self, schema: &str, name: &str) -> Option<TypeId> {
        self.type_names.get(schema, name)
    }

    /// How many things there are to look through.
    pub(crate) fn size(&self) -> usize {
        self.types.len() + self.relations.len() + self.schemas.len()
    }

    /// Every type, by schema and name.
    pub(crate) fn types(&self) -> Vec<(TypeId, &Rc<Type>)> {
        self.types_of(self.type_names.ids())
    }

    /// The types of one name, in all schemas.
    pub(crate) fn types_named(&self, name: &str) -> Vec<(TypeId, &Rc<Type>)> {
        self.types_of(self.type_names.named(name))
    }

    fn types_of(&self, ids: Vec<TypeId>) -> Vec<(TypeId, &Rc<Type>)> {
        let mut types = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(ty) = self.types.get(id) {
                types.push((id, ty));
            }
        }
        types
    }

    /// Every enum, by schema and name.
    pub(crate) fn enums(&self) -> Vec<(TypeId, &Rc<Type>, &[Label])> {
        let mut enums = Vec::new();
        for (id, ty) in self.types.list() {
            if let TypeKind::Enum(labels) = &ty.kind {
                enums.push((id, ty, labels.as_slice()));
            }
        }
        sort(&mut enums, &mut |left, right| left.1.key.cmp(&right.1.key));
        enums
    }

    pub(crate) fn relation(&self, id: RelationId) -> Option<&Rc<Relation>> {
        self.relations.get(id)
    }

    pub(crate) fn relation_at(&self, schema: &str, name: &str) -> Option<RelationId> {
        self.relation_names.get(schema, name)
    }

    /// Every relation, by schema and name.
    pub(crate) fn relations(&self) -> Vec<&Rc<Relation>> {
        self.relations_of(self.relation_names.ids())
    }

    /// Every relation, those among them that may be there or not, and those that are gone.
    pub(crate) fn all_relations(&self) -> Vec<&Relation> {
        self.relations.list().into_iter().map(|(_, relation)| &**relation).collect()
    }

    /// The same, which the catalog has no more.
    pub(crate) fn take_relations(&mut self) -> Vec<(RelationId, Rc<Relation>)> {
        std::mem::replace(&mut self.relations, ById::new()).into_list()
    }

    /// The relations of one name, in all schemas.
    pub(crate) fn relations_named(&self, name: &str) -> Vec<&Rc<Relation>> {
        self.relations_of(self.relation_names.named(name))
    }

    fn relations_of(&self, ids: Vec<RelationId>) -> Vec<&Rc<Relation>> {
        let mut relations = Vec::with_capacity(ids.len());
        for id in ids {
            relations.extend(self.relations.get(id));
        }
        relations
    }

    /// The type that a name means, or the server's complaint.
    pub(crate) fn resolve(&self, path: &Path) -> Result<TypeId, Refusal> {
        if let Some(schema) = &path.schema
            && !self.has_schema_for(schema, &path.name)
        {
            return Err(Refusal::no_schema(schema));
        }
        self.find_perhaps_users(path)
            .ok_or_else(|| {
                let missing = Refusal::new("42704", format!("type \"{path}\" does not exist"));
                match &path.schema {
                    Some(schema) => missing.about(&(Arc::clone(schema), Arc::clone(&path.name))),
                    None if pg_enum_core::is_built_in_type(&path.name) => {
                        Refusal::new("42809", format!("{path} is not an enum"))
                            .help("the name is that of a type of PostgreSQL's own: give the schema")
                    }
                    None => missing.about_name(&path.name),
                }
            })
            .map_err(|refusal| match self.nearly(path) {
                Some((at, help)) if refusal.help.is_none() => {
                    refusal.related(&at, "this one is there".to_owned()).help(help)
                }
                _ => refusal,
            })
    }

    /// The type that a name means. Where a schema that may be that of the user's name has such a type as well, it may
    /// mean that one.
    fn find_perhaps_users(&self, path: &Path) -> Option<TypeId> {
        let found = self.find(path);
        if path.schema.is_some() {
            return found;
        }
        let otherwise = found.and_then(|id| self.types.get(id)).map(|ty| ty.key.clone());
        let mut perhaps = None;
        for schema in self.perhaps_users(otherwise.as_ref().map(|key| &*key.0)) {
            if let Some(id) = self.type_at(schema, &path.name) {
                let key = (Arc::clone(schema), Arc::clone(&path.name));
                self.assumed.borrow_mut().push(Assumed { key, otherwise: otherwise.clone() });
                perhaps = Some(id);
            }
        }
        found.or(perhaps)
    }

    /// A type that may be the one that is meant by a name that means none.
    fn nearly(&self, path: &Path) -> Option<(Location, String)> {
        let mut same = None;
        for (_, ty) in self.types() {
            let (schema, name) = &ty.key;
            if matches!(ty.kind, TypeKind::Array(_)) {
                continue;
            }
            if *name == path.name {
                let help = format!("it is in the schema {schema}: give that, or set search_path");
                return Some((ty.created.clone(), help));
            }
            if name.eq_ignore_ascii_case(&path.name) {
                let help = format!(
                    "a name is folded to lower case unless it is quoted, and this one is {}",
                    name::quote_ident(name)
                );
                same = Some((ty.created.clone(), help));
            }
        }
        same
    }

    /// The type that a name means.
    pub(crate) fn find(&self, path: &Path) -> Option<TypeId> {
        self.find_named(path.schema.as_deref(), &path.name)
    }

    /// Likewise, of a name in its parts.
    pub(crate) fn find_named(&self, schema: Option<&str>, name: &str) -> Option<TypeId> {
        match schema {
            Some(schema) => self.type_at(schema, name),
            None => self.find_on_path(name, pg_enum_core::is_built_in_type(name)),
        }
    }

    /// Likewise, of a name without a schema, which is that of a type of `PostgreSQL`'s own or not.
    pub(crate) fn find_on_path(&self, name: &str, is_built_in: bool) -> Option<TypeId> {
        for schema in self.search_names() {
            if is_built_in && schema == "pg_catalog" && self.has_schema(schema) {
                return None;
            }
            let found = self.type_at(schema, name).filter(|_| self.has_schema(schema));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The table, view or composite type that a name means.
    pub(crate) fn find_relation(&self, path: &Path) -> Option<RelationId> {
        match &path.schema {
            Some(schema) => self.relation_at(schema, &path.name),
            None => self.search_names().find_map(|schema| {
                self.relation_at(schema, &path.name).filter(|_| self.has_schema(schema))
            }),
        }
    }

    /// Where an object of that name is created.
    pub(crate) fn creation_key(&self, path: &Path) -> Result<Key, Refusal> {
        let schema = match &path.schema {
            Some(schema) if self.has_schema_for(schema, &path.name) => schema,
            Some(schema) => return Err(Refusal::no_schema(schema)),
            None => {
                let schema = self.current_schema();
                schema.or_else(|| self.perhaps_users(None).into_iter().next()).ok_or_else(|| {
                    Refusal::new("3F000", "no schema has been selected to create in")
                        .about_name(&path.name)
                        .help("set search_path to a schema that exists, or give the schema")
                })?
            }
        };
        Ok((Arc::clone(schema), Arc::clone(&path.name)))
    }

    /// Likewise, of a type, which must be known to be there and nowhere else.
    pub(crate) fn type_key(&self, path: &Path) -> Result<Key, Refusal> {
        if path.schema.is_none() {
            self.note_current_schema(&path.name);
        }
        self.creation_key(path)
    }
}
