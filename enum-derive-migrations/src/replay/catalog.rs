//! The objects of a database that bear on enums, and what the server does to them.
//!
//! Every change goes into a journal with what was there before, so that a transaction, a savepoint, a
//! failed statement and the subtransaction of an `EXCEPTION` block are undone in the same way.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::event::{Change, Event, Side, TypeId};
use super::refusal::Refusal;
use crate::Location;

/// The identity of a table, view or the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RelationId(usize);

/// Schema and name.
pub(super) type Key = (Arc<str>, Arc<str>);

/// A row of `pg_type`.
#[derive(Debug, Clone)]
pub(super) struct Type {
    pub key: Key,
    pub kind: TypeKind,
    pub created: Location,
}

#[derive(Debug, Clone)]
pub(super) enum TypeKind {
    Enum(Vec<Label>),
    /// The array type that comes with another type.
    Array(TypeId),
    /// The row type of a table or view.
    Row,
    /// A composite type, a domain or a range, over these types as far as they are enums.
    Other(&'static str, Vec<TypeId>),
}

impl TypeKind {
    /// What messages call it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Enum(_) => "enum",
            Self::Array(_) => "array type",
            Self::Row => "table's row type",
            Self::Other(noun, _) => noun,
        }
    }
}

/// A row of `pg_enum`.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub text: Arc<str>,
    pub at: Location,
    pub migration: usize,
}

/// A row of `pg_class`.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub key: Key,
    pub kind: &'static str,
    /// The columns whose type is an enum, or an array of one.
    pub columns: Vec<Column>,
    pub created: Location,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub name: Arc<str>,
    pub ty: TypeId,
    pub at: Location,
}

/// A place in the journal to go back to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    journal: usize,
    events: usize,
}

enum Undo {
    Schema(Arc<str>, bool),
    Type(TypeId, Option<Rc<Type>>),
    Relation(RelationId, Option<Rc<Relation>>),
    Path { session: Arc<[Arc<str>]>, local: Option<Arc<[Arc<str>]>> },
}

pub(super) struct Catalog {
    schemas: BTreeSet<Arc<str>>,
    /// Every schema that has been made, be it that it is gone.
    made_schemas: BTreeSet<Arc<str>>,
    types: HashMap<TypeId, Rc<Type>>,
    type_names: BTreeMap<Key, TypeId>,
    relations: HashMap<RelationId, Rc<Relation>>,
    relation_names: BTreeMap<Key, RelationId>,
    next: usize,
    session_path: Arc<[Arc<str>]>,
    local_path: Option<Arc<[Arc<str>]>>,
    journal: Vec<Undo>,
    pub(super) events: Vec<Event>,
    /// The migration that runs.
    pub(super) migration: usize,
}

type Done = Result<(), Refusal>;

impl Catalog {
    pub(super) fn new(search_path: &[String]) -> Self {
        let path: Arc<[Arc<str>]> =
            search_path.iter().map(|name| Arc::from(name.as_str())).collect();
        let schemas = ["pg_catalog", "pg_temp", "public", "information_schema"];
        Self {
            // What the caller puts on the path is there.
            schemas: path
                .iter()
                .filter(|name| &***name != "$user")
                .cloned()
                .chain(schemas.map(Arc::from))
                .collect(),
            made_schemas: ["public".into()].into(),
            types: HashMap::new(),
            type_names: BTreeMap::new(),
            relations: HashMap::new(),
            relation_names: BTreeMap::new(),
            next: 0,
            session_path: path,
            local_path: None,
            journal: Vec::new(),
            events: Vec::new(),
            migration: 0,
        }
    }

    // --- going back ---

    pub(super) fn mark(&self) -> Mark {
        Mark { journal: self.journal.len(), events: self.events.len() }
    }

    /// Everything is as it was at `mark`.
    pub(super) fn roll_back(&mut self, mark: Mark) {
        while self.journal.len() > mark.journal {
            match self.journal.pop() {
                Some(Undo::Schema(name, true)) => drop(self.schemas.insert(name)),
                Some(Undo::Schema(name, false)) => drop(self.schemas.remove(&name)),
                Some(Undo::Type(id, old)) => drop(self.swap_type(id, old)),
                Some(Undo::Relation(id, old)) => drop(self.swap_relation(id, old)),
                Some(Undo::Path { session, local }) => {
                    self.session_path = session;
                    self.local_path = local;
                }
                None => break,
            }
        }
        self.events.truncate(mark.events);
    }

    /// Nothing goes back further than this.
    pub(super) fn commit(&mut self) {
        self.local_path = None;
        self.journal.clear();
    }

    /// The enums that changed since `mark`.
    pub(super) fn enums_touched_since(&self, mark: Mark) -> BTreeSet<Key> {
        let is_enum = |ty: &Rc<Type>| matches!(ty.kind, TypeKind::Enum(_));
        let mut keys = BTreeSet::new();
        for undo in &self.journal[mark.journal.min(self.journal.len())..] {
            if let Undo::Type(id, old) = undo {
                let old = old.as_ref().filter(|ty| is_enum(ty));
                let new = self.types.get(id).filter(|ty| is_enum(ty));
                keys.extend(old.into_iter().chain(new).map(|ty| ty.key.clone()));
            }
        }
        keys
    }

    /// The tables and views that changed since `mark`.
    pub(super) fn relations_touched_since(&self, mark: Mark) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        for undo in &self.journal[mark.journal.min(self.journal.len())..] {
            if let Undo::Relation(id, old) = undo {
                let relations = old.iter().chain(self.relations.get(id));
                keys.extend(relations.map(|relation| relation.key.clone()));
            }
        }
        keys
    }

    /// What can be compared to tell whether two ways through a script end alike.
    pub(super) fn enum_state(&self) -> Vec<(Key, Vec<Arc<str>>)> {
        self.enums()
            .map(|(_, ty, labels)| {
                (ty.key.clone(), labels.iter().map(|label| Arc::clone(&label.text)).collect())
            })
            .collect()
    }

    fn swap_type(&mut self, id: TypeId, new: Option<Rc<Type>>) -> Option<Rc<Type>> {
        let old = self.types.remove(&id);
        if let Some(old) = &old
            && self.type_names.get(&old.key) == Some(&id)
        {
            self.type_names.remove(&old.key);
        }
        if let Some(new) = new {
            self.type_names.insert(new.key.clone(), id);
            self.types.insert(id, new);
        }
        old
    }

    fn swap_relation(&mut self, id: RelationId, new: Option<Rc<Relation>>) -> Option<Rc<Relation>> {
        let old = self.relations.remove(&id);
        if let Some(old) = &old
            && self.relation_names.get(&old.key) == Some(&id)
        {
            self.relation_names.remove(&old.key);
        }
        if let Some(new) = new {
            self.relation_names.insert(new.key.clone(), id);
            self.relations.insert(id, new);
        }
        old
    }

    fn put_type(&mut self, id: TypeId, new: Option<Type>) {
        let old = self.swap_type(id, new.map(Rc::new));
        self.journal.push(Undo::Type(id, old));
    }

    fn put_relation(&mut self, id: RelationId, new: Option<Relation>) {
        let old = self.swap_relation(id, new.map(Rc::new));
        self.journal.push(Undo::Relation(id, old));
    }

    fn put_schema(&mut self, name: &Arc<str>, there: bool) {
        let was = if there {
            self.made_schemas.insert(Arc::clone(name));
            !self.schemas.insert(Arc::clone(name))
        } else {
            self.schemas.remove(name)
        };
        self.journal.push(Undo::Schema(Arc::clone(name), was));
    }

    fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn event(&mut self, id: TypeId, at: &Location, change: Change) {
        let migration = self.migration;
        self.events.push(Event { id, migration, at: at.clone(), change });
    }

    // --- search_path ---

    /// Sets `search_path` for the session or, if `local`, until the transaction ends.
    pub(super) fn set_path(&mut self, path: Arc<[Arc<str>]>, local: bool) {
        self.journal.push(Undo::Path {
            session: Arc::clone(&self.session_path),
            local: self.local_path.clone(),
        });
        if local {
            self.local_path = Some(path);
        } else {
            self.session_path = path;
            self.local_path = None;
        }
    }

    pub(super) fn path(&self) -> &Arc<[Arc<str>]> {
        self.local_path.as_ref().unwrap_or(&self.session_path)
    }

    /// The schemas that an unqualified name is looked for in, in order (`PostgreSQL` manual, 5.10.3).
    pub(super) fn search_schemas(&self) -> impl Iterator<Item = &Arc<str>> {
        let path = self.path();
        let implicit = ["pg_temp", "pg_catalog"]
            .into_iter()
            .filter(|name| !path.iter().any(|on_path| &**on_path == *name))
            .filter_map(|name| self.schemas.get(name));
        implicit.chain(path.iter().filter(|name| self.schemas.contains(*name)))
    }

    /// The schema that an unqualified object is created in.
    pub(super) fn current_schema(&self) -> Option<&Arc<str>> {
        self.path().iter().find(|name| self.schemas.contains(*name))
    }

    pub(super) fn has_schema(&self, name: &str) -> bool {
        self.schemas.contains(name)
    }

    pub(super) fn has_made_schema(&self, name: &str) -> bool {
        self.made_schemas.contains(name)
    }

    pub(super) fn schemas(&self) -> impl Iterator<Item = &Arc<str>> {
        self.schemas.iter()
    }

    // --- looking up ---

    pub(super) fn ty(&self, id: TypeId) -> Option<&Rc<Type>> {
        self.types.get(&id)
    }

    pub(super) fn type_at(&self, schema: &str, name: &str) -> Option<TypeId> {
        self.type_names.get(&(Arc::from(schema), Arc::from(name))).copied()
    }

    pub(super) fn types(&self) -> impl Iterator<Item = (TypeId, &Rc<Type>)> {
        self.type_names.values().filter_map(|id| Some((*id, self.types.get(id)?)))
    }

    /// Every enum, by schema and name.
    pub(super) fn enums(&self) -> impl Iterator<Item = (TypeId, &Rc<Type>, &[Label])> {
        self.types().filter_map(|(id, ty)| match &ty.kind {
            TypeKind::Enum(labels) => Some((id, ty, labels.as_slice())),
            _ => None,
        })
    }

    pub(super) fn relation(&self, id: RelationId) -> Option<&Rc<Relation>> {
        self.relations.get(&id)
    }

    pub(super) fn relation_at(&self, schema: &str, name: &str) -> Option<RelationId> {
        self.relation_names.get(&(Arc::from(schema), Arc::from(name))).copied()
    }

    pub(super) fn relations(&self) -> impl Iterator<Item = &Rc<Relation>> {
        self.relation_names.values().filter_map(|id| self.relations.get(id))
    }

    // --- types ---

    pub(super) fn create_enum(&mut self, key: Key, labels: Vec<Label>, at: &Location) -> Done {
        let names = labels.iter().map(|label| Arc::clone(&label.text)).collect();
        let (schema, name) = key.clone();
        let id = self.create_type(key, TypeKind::Enum(labels), at)?;
        self.event(id, at, Change::Created { schema, name, labels: names });
        Ok(())
    }

    /// Makes a type and the array type that comes with it.
    pub(super) fn create_type(
        &mut self,
        key: Key,
        kind: TypeKind,
        at: &Location,
    ) -> Result<TypeId, Refusal> {
        self.make_way(&key)?;
        let id = TypeId(self.fresh());
        self.put_type(id, Some(Type { key: key.clone(), kind, created: at.clone() }));
        let array = TypeId(self.fresh());
        let key = (Arc::clone(&key.0), self.array_name(&key));
        self.put_type(array, Some(Type { key, kind: TypeKind::Array(id), created: at.clone() }));
        Ok(id)
    }

    /// Whether a type may take a name.
    fn check_free(&self, key: &Key) -> Done {
        let there = self.type_names.get(key).and_then(|id| self.types.get(id));
        match there {
            Some(ty) if !matches!(ty.kind, TypeKind::Array(_)) => {
                Err(Refusal::new("42710", format!("type \"{}\" already exists", key.1))
                    .about(key)
                    .related(&ty.created, format!("the {} is created here", ty.kind.noun())))
            }
            _ => Ok(()),
        }
    }

    /// Likewise. A name that is taken by an array type the server named is freed: the array type gets
    /// another (`moveArrayTypeName` in the server's `pg_type.c`).
    pub(super) fn make_way(&mut self, key: &Key) -> Done {
        self.check_free(key)?;
        let Some(&id) = self.type_names.get(key) else { return Ok(()) };
        if let Some(ty) = self.types.get(&id).cloned() {
            let key = (Arc::clone(&key.0), self.array_name(key));
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
        }
        Ok(())
    }

    /// The name of a new array type for a type of this name (`makeArrayTypeName`).
    fn array_name(&self, key: &Key) -> Arc<str> {
        let mut suffix = String::new();
        for attempt in 1.. {
            let room = pg_enum_core::MAX_BYTES - 1 - suffix.len();
            let stem = &key.1[..key.1.floor_char_boundary(room)];
            let name: Arc<str> = format!("_{stem}{suffix}").into();
            if !self.type_names.contains_key(&(Arc::clone(&key.0), Arc::clone(&name))) {
                return name;
            }
            suffix = format!("_{attempt}");
        }
        Arc::clone(&key.1)
    }

    fn array_of(&self, id: TypeId) -> Option<TypeId> {
        self.types
            .iter()
            .find(|(_, ty)| matches!(ty.kind, TypeKind::Array(of) if of == id))
            .map(|(array, _)| *array)
    }

    fn change_labels(
        &mut self,
        id: TypeId,
        change: impl FnOnce(&mut Vec<Label>) -> Result<bool, Refusal>,
    ) -> Result<bool, Refusal> {
        let Some(ty) = self.types.get(&id) else { return Ok(false) };
        let mut new = (**ty).clone();
        let key = new.key.clone();
        let TypeKind::Enum(labels) = &mut new.kind else {
            return Err(Refusal::new("42809", format!("{} is not an enum", new.key.1))
                .about(&key)
                .related(&ty.created, format!("the {} is created here", ty.kind.noun())));
        };
        let changed = change(labels).map_err(|refusal| refusal.about(&key))?;
        if changed {
            self.put_type(id, Some(new));
        }
        Ok(changed)
    }

    /// `ALTER TYPE … ADD VALUE`.
    pub(super) fn add_label(
        &mut self,
        id: TypeId,
        label: Label,
        position: Option<(Side, Arc<str>)>,
        if_not_exists: bool,
    ) -> Done {
        let (text, at) = (Arc::clone(&label.text), label.at.clone());
        let position_of = position.clone();
        let added = self.change_labels(id, |labels| {
            check_label(&label.text)?;
            if let Some(there) = labels.iter().find(|there| there.text == label.text) {
                if if_not_exists {
                    return Ok(false);
                }
                return Err(already_there(there));
            }
            let index = match &position {
                None => labels.len(),
                Some((side, anchor)) => {
                    let anchor = find_label(labels, anchor)?;
                    if *side == Side::Before { anchor } else { anchor + 1 }
                }
            };
            labels.insert(index, label);
            Ok(true)
        })?;
        if added {
            self.event(id, &at, Change::LabelAdded { label: text, position: position_of });
        }
        Ok(())
    }

    /// `ALTER TYPE … RENAME VALUE`.
    pub(super) fn rename_label(&mut self, id: TypeId, from: &Arc<str>, to: Label) -> Done {
        let (text, at) = (Arc::clone(&to.text), to.at.clone());
        self.change_labels(id, |labels| {
            check_label(&to.text)?;
            let index = find_label(labels, from)?;
            if let Some(there) = labels.iter().find(|there| there.text == to.text) {
                return Err(already_there(there));
            }
            labels[index] = to;
            Ok(true)
        })?;
        self.event(id, &at, Change::LabelRenamed { from: Arc::clone(from), to: text });
        Ok(())
    }

    /// What `DELETE FROM pg_enum` and `UPDATE pg_enum SET enumlabel` do.
    pub(super) fn replace_labels(&mut self, id: TypeId, new: Vec<Label>, at: &Location) -> Done {
        let texts = new.iter().map(|label| Arc::clone(&label.text)).collect();
        self.change_labels(id, |labels| {
            *labels = new;
            Ok(true)
        })?;
        self.event(id, at, Change::Rewritten { labels: texts });
        Ok(())
    }

    fn not_array(ty: &Type, id: TypeId) -> Done {
        match ty.kind {
            TypeKind::Array(_) => {
                let _ = id;
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
    pub(super) fn rename_type(&mut self, id: TypeId, name: &Arc<str>, at: &Location) -> Done {
        let Some(ty) = self.types.get(&id).cloned() else { return Ok(()) };
        Self::not_array(&ty, id)?;
        let key = (Arc::clone(&ty.key.0), Arc::clone(name));
        let relation = self.relation_of(&ty);
        if relation.is_some() {
            self.check_relation_free(&key)?;
        }
        self.rename(id, key.clone())?;
        self.follow(relation, &key);
        self.event(id, at, Change::Renamed { to: Arc::clone(name) });
        Ok(())
    }

    /// `RenameTypeInternal`: the array type takes a name after the new one, unless it has just made
    /// way itself.
    fn rename(&mut self, id: TypeId, key: Key) -> Done {
        let Some(ty) = self.types.get(&id).cloned() else { return Ok(()) };
        let array = self.array_of(id);
        let in_the_way = self.type_names.get(&key).copied();
        self.make_way(&key)?;
        self.put_type(id, Some(Type { key: key.clone(), ..(*ty).clone() }));
        if let Some(array) = array
            && in_the_way != Some(array)
            && let Some(ty) = self.types.get(&array).cloned()
        {
            let key = (Arc::clone(&key.0), self.array_name(&key));
            self.put_type(array, Some(Type { key, ..(*ty).clone() }));
        }
        Ok(())
    }

    /// `ALTER TYPE … SET SCHEMA`.
    pub(super) fn move_type(&mut self, id: TypeId, schema: &Arc<str>, at: &Location) -> Done {
        let Some(ty) = self.types.get(&id).cloned() else { return Ok(()) };
        Self::not_array(&ty, id)?;
        if ty.key.0 == *schema {
            return Ok(());
        }
        let relation = self.relation_of(&ty);
        if relation.is_some() {
            let key = (Arc::clone(schema), Arc::clone(&ty.key.1));
            self.check_relation_free(&key)?;
            self.follow(relation, &key);
        }
        for id in [Some(id), self.array_of(id)].into_iter().flatten() {
            let Some(ty) = self.types.get(&id).cloned() else { continue };
            let key = (Arc::clone(schema), Arc::clone(&ty.key.1));
            if let Some(there) = self.type_names.get(&key).and_then(|there| self.types.get(there)) {
                return Err(Refusal::new(
                    "42710",
                    format!("type \"{}\" already exists in schema \"{schema}\"", key.1),
                )
                .about(&key)
                .related(&there.created, format!("the {} is created here", there.kind.noun())));
            }
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
        }
        self.event(id, at, Change::Moved { to: Arc::clone(schema) });
        Ok(())
    }

    /// `DROP TYPE` and `DROP DOMAIN`, all of the list at once.
    pub(super) fn drop_types(&mut self, ids: &[TypeId], cascade: bool, at: &Location) -> Done {
        for &id in ids {
            let Some(ty) = self.types.get(&id) else { continue };
            match ty.kind {
                TypeKind::Array(of) if ids.contains(&of) => {}
                TypeKind::Array(of) => {
                    let of = self.types.get(&of).map_or("", |of| &of.key.1);
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
                return Err(refusal.about(&ty.key));
            }
        }
        for &id in ids {
            self.drop_type(id, at);
        }
        Ok(())
    }

    /// What still needs the type, other than what goes with it.
    fn dependents_refusal(&self, id: TypeId, going: &[TypeId]) -> Option<Refusal> {
        let name = &self.types.get(&id)?.key.1;
        let refuse = |what: String, at: &Location| {
            Refusal::new(
                "2BP01",
                format!("cannot drop type {name} because other objects depend on it"),
            )
            .related(at, format!("{what} depends on it"))
            .help("drop or convert what depends on the type first")
        };
        for relation in self.relations() {
            if let Some(column) = relation.columns.iter().find(|column| column.ty == id) {
                let what =
                    format!("column {} of {} {}", column.name, relation.kind, relation.key.1);
                return Some(refuse(what, &column.at));
            }
        }
        for (other, ty) in self.types() {
            if let TypeKind::Other(noun, over) = &ty.kind
                && over.contains(&id)
                && !going.contains(&other)
            {
                return Some(refuse(format!("{noun} {}", ty.key.1), &ty.created));
            }
        }
        None
    }

    fn drop_type(&mut self, id: TypeId, at: &Location) {
        let Some(ty) = self.types.get(&id).cloned() else { return };
        let array = self.array_of(id);
        let users: Vec<_> = self
            .relations
            .iter()
            .filter(|(_, relation)| relation.columns.iter().any(|column| column.ty == id))
            .map(|(id, relation)| (*id, Rc::clone(relation)))
            .collect();
        for (user, relation) in users {
            let mut relation = (*relation).clone();
            relation.columns.retain(|column| column.ty != id);
            self.put_relation(user, Some(relation));
        }
        let over: Vec<_> = self
            .types
            .iter()
            .filter(|(_, ty)| matches!(&ty.kind, TypeKind::Other(_, over) if over.contains(&id)))
            .map(|(id, ty)| (*id, Rc::clone(ty)))
            .collect();
        for (user, user_type) in over {
            match &user_type.kind {
                // A domain and a range go with their type, a composite type loses an attribute.
                TypeKind::Other(COMPOSITE, over) => {
                    let over = over.iter().copied().filter(|over| *over != id).collect();
                    let kind = TypeKind::Other(COMPOSITE, over);
                    self.put_type(user, Some(Type { kind, ..(*user_type).clone() }));
                }
                _ => self.drop_type(user, at),
            }
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

    // --- schemas ---

    pub(super) fn create_schema(&mut self, name: &Arc<str>, if_not_exists: bool) -> Done {
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

    pub(super) fn rename_schema(&mut self, from: &Arc<str>, to: &Arc<str>, at: &Location) -> Done {
        if !self.schemas.contains(from) {
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
        let types: Vec<_> = self
            .types()
            .filter(|(_, ty)| ty.key.0 == *from)
            .map(|(id, ty)| (id, Rc::clone(ty)))
            .collect();
        for (id, ty) in types {
            let key = (Arc::clone(to), Arc::clone(&ty.key.1));
            self.put_type(id, Some(Type { key, ..(*ty).clone() }));
            if matches!(ty.kind, TypeKind::Enum(_)) {
                self.event(id, at, Change::Moved { to: Arc::clone(to) });
            }
        }
        let relations: Vec<_> = self
            .relations
            .iter()
            .filter(|(_, relation)| relation.key.0 == *from)
            .map(|(id, relation)| (*id, Rc::clone(relation)))
            .collect();
        for (id, relation) in relations {
            let key = (Arc::clone(to), Arc::clone(&relation.key.1));
            self.put_relation(id, Some(Relation { key, ..(*relation).clone() }));
        }
        Ok(())
    }

    /// `DROP SCHEMA`, all of the list at once.
    pub(super) fn drop_schemas(
        &mut self,
        names: &[Arc<str>],
        cascade: bool,
        at: &Location,
    ) -> Done {
        if !cascade {
            for name in names {
                let ty = self
                    .types()
                    .find(|(_, ty)| ty.key.0 == *name && !matches!(ty.kind, TypeKind::Array(_)));
                if let Some((_, ty)) = ty {
                    return Err(Refusal::new(
                        "2BP01",
                        format!("cannot drop schema {name} because other objects depend on it"),
                    )
                    .about_schema(name)
                    .related(&ty.created, format!("{} is in it", ty.key.1))
                    .help("drop or move what is in the schema first"));
                }
            }
        }
        for name in names {
            let relations: Vec<_> = self
                .relations
                .iter()
                .filter(|(_, relation)| relation.key.0 == *name)
                .map(|(id, _)| *id)
                .collect();
            for id in relations {
                self.drop_relation(id, at);
            }
            let types: Vec<_> =
                self.types().filter(|(_, ty)| ty.key.0 == *name).map(|(id, _)| id).collect();
            for id in types {
                self.drop_type(id, at);
            }
            if self.schemas.contains(name) {
                self.put_schema(name, false);
            }
        }
        Ok(())
    }

    // --- relations ---

    /// Whether a table or the like may take a name.
    fn check_relation_free(&self, key: &Key) -> Done {
        match self.relation_names.get(key).and_then(|id| self.relations.get(id)) {
            Some(there) => {
                Err(Refusal::new("42P07", format!("relation \"{}\" already exists", key.1))
                    .about_schema(&key.0)
                    .related(&there.created, format!("the {} is created here", there.kind)))
            }
            None => Ok(()),
        }
    }

    /// Makes a table, view or the like. What has a row type takes a name among the types as well.
    pub(super) fn create_relation(
        &mut self,
        key: Key,
        kind: &'static str,
        columns: Vec<Column>,
        at: &Location,
    ) -> Done {
        self.check_relation_free(&key)?;
        self.create_type(key.clone(), TypeKind::Row, at).map_err(|refusal| {
            refusal.help("a table has an associated type of the same name: use another name")
        })?;
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(Relation { key, kind, columns, created: at.clone() }));
        Ok(())
    }

    /// `CREATE TYPE … AS (…)`: a composite type is a row type of a relation that holds nothing.
    pub(super) fn create_composite(&mut self, key: Key, over: Vec<TypeId>, at: &Location) -> Done {
        self.create_type(key.clone(), TypeKind::Other(COMPOSITE, over), at)?;
        let id = RelationId(self.fresh());
        let relation = Relation { key, kind: COMPOSITE, columns: Vec::new(), created: at.clone() };
        self.put_relation(id, Some(relation));
        Ok(())
    }

    fn row_type(&self, relation: &Relation) -> Option<TypeId> {
        let id = self.type_names.get(&relation.key).copied()?;
        matches!(self.types.get(&id)?.kind, TypeKind::Row | TypeKind::Other(COMPOSITE, _))
            .then_some(id)
    }

    /// The relation that a composite type is the row type of.
    fn relation_of(&self, ty: &Type) -> Option<RelationId> {
        match ty.kind {
            TypeKind::Other(COMPOSITE, _) => self.relation_names.get(&ty.key).copied(),
            _ => None,
        }
    }

    /// A composite type has gone to another name or schema, and its relation follows.
    fn follow(&mut self, relation: Option<RelationId>, key: &Key) {
        if let Some(id) = relation
            && let Some(relation) = self.relations.get(&id).cloned()
        {
            self.put_relation(id, Some(Relation { key: key.clone(), ..(*relation).clone() }));
        }
    }

    pub(super) fn drop_relation(&mut self, id: RelationId, at: &Location) {
        let Some(relation) = self.relations.get(&id).cloned() else { return };
        if let Some(row) = self.row_type(&relation) {
            self.drop_type(row, at);
        }
        self.put_relation(id, None);
    }

    /// As if replay had never seen the relation.
    pub(super) fn forget_relation(&mut self, key: &Key) {
        let Some(&id) = self.relation_names.get(key) else { return };
        let Some(at) = self.relations.get(&id).map(|relation| relation.created.clone()) else {
            return;
        };
        self.drop_relation(id, &at);
    }

    pub(super) fn rename_relation(&mut self, id: RelationId, key: Key) -> Done {
        let Some(relation) = self.relations.get(&id).cloned() else { return Ok(()) };
        self.check_relation_free(&key)?;
        if let Some(row) = self.row_type(&relation) {
            self.rename(row, key.clone())?;
        }
        self.put_relation(id, Some(Relation { key, ..(*relation).clone() }));
        Ok(())
    }

    pub(super) fn change_columns(&mut self, id: RelationId, change: impl FnOnce(&mut Vec<Column>)) {
        let Some(relation) = self.relations.get(&id) else { return };
        let mut relation = (**relation).clone();
        change(&mut relation.columns);
        self.put_relation(id, Some(relation));
    }
}

/// What a composite type is called, here and in messages.
pub(super) const COMPOSITE: &str = "composite type";

/// A label is refused when it is too long, never cut (`PostgreSQL` manual, 8.7.4).
pub(super) fn check_label(text: &str) -> Done {
    if text.len() > pg_enum_core::MAX_BYTES {
        return Err(Refusal::new("42602", format!("invalid enum label \"{text}\""))
            .help("labels must be 63 bytes or less"));
    }
    Ok(())
}

fn find_label(labels: &[Label], text: &Arc<str>) -> Result<usize, Refusal> {
    labels.iter().position(|label| label.text == *text).ok_or_else(|| {
        let refusal = Refusal::new("22023", format!("\"{text}\" is not an existing enum label"));
        match labels.iter().find(|label| label.text.eq_ignore_ascii_case(text)) {
            Some(twin) => {
                refusal.related(&twin.at, format!("\"{}\" differs only by case", twin.text))
            }
            None => refusal,
        }
    })
}

fn already_there(label: &Label) -> Refusal {
    Refusal::new("42710", format!("enum label \"{}\" already exists", label.text))
        .related(&label.at, "the label is created here".to_owned())
}
