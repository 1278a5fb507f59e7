//! The objects of a database that bear on enums, and what the server does to them.
//!
//! Every change goes into a journal with what was there before, so that a transaction, a savepoint, a
//! failed statement and the subtransaction of an `EXCEPTION` block are undone in the same way.

mod labels;
mod look_up;
mod objects;
mod relations;
mod schemas;
mod types;

pub(crate) use self::labels::check_label;
pub(crate) use self::objects::Object;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use crate::ground::{Change, Event, Key, Location, TypeId};
use crate::text::name::has_hole;
use crate::text::strings::Backslash;
use crate::text::word::NameSet;

/// The identity of a table, view or the like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RelationId(usize);

/// A row of `pg_type`.
#[derive(Debug, Clone)]
pub(crate) struct Type {
    pub key: Key,
    pub kind: TypeKind,
    pub created: Location,
}

#[derive(Debug, Clone)]
pub(crate) enum TypeKind {
    Enum(Vec<Label>),
    /// The array type that comes with another type.
    Array(TypeId),
    /// The row type of a table or view.
    Row,
    /// A domain or a range, over these types as far as they are the folder's; or a composite type,
    /// whose attributes are the columns of its relation.
    Other(&'static str, Vec<TypeId>),
}

impl Type {
    /// Whether it is no more than a name that a type is to have.
    pub(crate) fn is_shell(&self) -> bool {
        matches!(self.kind, TypeKind::Other(SHELL, _))
    }
}

impl TypeKind {
    /// What messages call it.
    pub(crate) fn noun(&self) -> &'static str {
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
pub(crate) struct Label {
    pub text: Arc<str>,
    pub at: Location,
    pub migration: usize,
    /// The transaction that added it to a type that had been there before, and in which it cannot be
    /// used yet.
    pub unsafe_in: Option<usize>,
}

/// A row of `pg_class`.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    pub key: Key,
    pub kind: &'static str,
    /// The columns whose type is one of the folder's, or an array of one.
    pub columns: Vec<Column>,
    /// The types that the columns' defaults need, by column.
    pub defaults: Vec<Column>,
    pub created: Location,
}

impl Relation {
    /// Whether a column or a default is of a type.
    fn needs(&self, id: TypeId) -> bool {
        self.columns.iter().chain(&self.defaults).any(|column| column.ty == id)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub name: Arc<str>,
    pub ty: TypeId,
    pub at: Location,
}

/// A place in the journal to go back to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    journal: usize,
    events: usize,
}

/// Something in a schema that is only taken to be there.
pub(crate) struct Assumed {
    pub key: Key,
    /// Where it is if the schema is not there.
    pub otherwise: Option<Key>,
}

/// What `search_path` calls the schema of the user's name, and the schema itself where a migration makes it: the name
/// is that of whoever runs them.
pub(crate) const USER: &str = "$user";

enum Undo {
    Schema(Arc<str>, bool),
    Type(TypeId, Option<Rc<Type>>),
    Relation(RelationId, Option<Rc<Relation>>),
    Objects(Rc<Vec<Rc<Object>>>),
    /// The last of them is new.
    NewObject,
    Path {
        session: Arc<[Arc<str>]>,
        local: Option<Arc<[Arc<str>]>>,
    },
    Backslash {
        session: Backslash,
        local: Option<Backslash>,
    },
}

/// What names stand for, schema by schema, so that looking one up makes no copy of it. The numbers behind the ids are
/// kept, as one map is less to compile than two.
struct Names<I> {
    schemas: BTreeMap<Arc<str>, BTreeMap<Arc<str>, usize>>,
    ids: PhantomData<I>,
}

impl<I: Id> Names<I> {
    fn new() -> Self {
        Self { schemas: BTreeMap::new(), ids: PhantomData }
    }

    fn get(&self, schema: &str, name: &str) -> Option<I> {
        self.schemas.get(schema)?.get(name).map(|id| I::new(*id))
    }

    fn of(&self, key: &Key) -> Option<I> {
        self.get(&key.0, &key.1)
    }

    fn insert(&mut self, key: &Key, id: I) {
        if !self.schemas.contains_key(&key.0) {
            self.schemas.insert(Arc::clone(&key.0), BTreeMap::new());
        }
        if let Some(names) = self.schemas.get_mut(&key.0) {
            names.insert(Arc::clone(&key.1), id.number());
        }
    }

    /// Removes a name, unless it stands for something else.
    fn remove(&mut self, key: &Key, id: I) {
        if let Some(names) = self.schemas.get_mut(&key.0)
            && names.get(&key.1) == Some(&id.number())
        {
            names.remove(&key.1);
        }
    }

    /// By schema and name.
    fn ids(&self) -> impl Iterator<Item = I> {
        self.schemas.values().flat_map(BTreeMap::values).map(|id| I::new(*id))
    }

    /// By schema.
    fn named(&self, name: &str) -> impl Iterator<Item = I> {
        self.schemas.values().filter_map(move |names| names.get(name).map(|id| I::new(*id)))
    }
}

/// An id, which is a number.
trait Id: Copy {
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

pub(crate) struct Catalog {
    schemas: BTreeSet<Arc<str>>,
    /// Every schema that any migration makes, at whatever time.
    made_schemas: BTreeSet<Arc<str>>,
    /// Whether a schema that no migration makes is there all the same.
    assumes_schemas: bool,
    /// What has been looked for or made in such schemas.
    assumed: RefCell<Vec<Assumed>>,
    types: HashMap<TypeId, Rc<Type>>,
    type_names: Names<TypeId>,
    /// The array type of each type.
    arrays: HashMap<TypeId, TypeId>,
    /// The types over other types.
    compounds: HashSet<TypeId>,
    relations: HashMap<RelationId, Rc<Relation>>,
    relation_names: Names<RelationId>,
    /// The relations with columns or defaults that matter.
    users: HashSet<RelationId>,
    /// The names that such relations have had, and composite types: a change of any other is none that
    /// matters.
    pub user_names: NameSet,
    objects: Rc<Vec<Rc<Object>>>,
    /// The names of relations that may be there or not, for all that replay follows.
    obscured: BTreeSet<Arc<str>>,
    next: usize,
    session_path: Arc<[Arc<str>]>,
    local_path: Option<Arc<[Arc<str>]>>,
    session_backslash: Backslash,
    local_backslash: Option<Backslash>,
    journal: Vec<Undo>,
    /// How many transactions have been committed.
    transaction: usize,
    /// The types that the transaction has made, outside of a subtransaction: new labels of others cannot be used.
    fresh_types: HashSet<TypeId>,
    unsafe_labels: Vec<Arc<str>>,
    /// Whether the server is older than 17, to which it makes no difference what the transaction has made.
    pub(crate) minds_fresh_types: bool,
    /// How many subtransactions there are.
    pub(crate) subtransactions: usize,
    pub(crate) events: Vec<Event>,
    /// The migration that runs.
    pub(crate) migration: usize,
}

impl Catalog {
    pub(crate) fn new(search_path: &[String], schemas: &[String]) -> Self {
        let path: Arc<[Arc<str>]> =
            search_path.iter().map(|name| Arc::from(name.as_str())).collect();
        let always = ["pg_catalog", "pg_temp", "public", "information_schema"];
        Self {
            // What the caller puts on the path is there.
            schemas: path
                .iter()
                .filter(|name| &***name != USER)
                .cloned()
                .chain(schemas.iter().map(|name| Arc::from(name.as_str())))
                .chain(always.map(Arc::from))
                .collect(),
            assumes_schemas: false,
            assumed: RefCell::default(),
            made_schemas: ["public".into()].into(),
            types: HashMap::new(),
            type_names: Names::new(),
            arrays: HashMap::new(),
            compounds: HashSet::new(),
            relations: HashMap::new(),
            relation_names: Names::new(),
            users: HashSet::new(),
            user_names: NameSet::new(),
            objects: Rc::default(),
            obscured: BTreeSet::new(),
            next: 0,
            session_path: path,
            local_path: None,
            session_backslash: Backslash::default(),
            local_backslash: None,
            journal: Vec::new(),
            transaction: 0,
            fresh_types: HashSet::new(),
            unsafe_labels: Vec::new(),
            minds_fresh_types: false,
            subtransactions: 0,
            events: Vec::new(),
            migration: 0,
        }
    }

    // --- going back ---

    pub(crate) fn mark(&self) -> Mark {
        Mark { journal: self.journal.len(), events: self.events.len() }
    }

    /// Everything is as it was at `mark`.
    pub(crate) fn roll_back(&mut self, mark: Mark) {
        while self.journal.len() > mark.journal {
            match self.journal.pop() {
                Some(Undo::Schema(name, true)) => drop(self.schemas.insert(name)),
                Some(Undo::Schema(name, false)) => drop(self.schemas.remove(&name)),
                Some(Undo::Type(id, old)) => drop(self.swap_type(id, old)),
                Some(Undo::Relation(id, old)) => drop(self.swap_relation(id, old)),
                Some(Undo::Objects(objects)) => self.objects = objects,
                Some(Undo::NewObject) => drop(Rc::make_mut(&mut self.objects).pop()),
                Some(Undo::Path { session, local }) => {
                    self.session_path = session;
                    self.local_path = local;
                }
                Some(Undo::Backslash { session, local }) => {
                    self.session_backslash = session;
                    self.local_backslash = local;
                }
                None => break,
            }
        }
        self.events.truncate(mark.events);
    }

    /// Nothing goes back further than this.
    pub(crate) fn commit(&mut self) {
        self.local_path = None;
        self.local_backslash = None;
        self.journal.clear();
        self.transaction += 1;
        self.fresh_types.clear();
        self.unsafe_labels.clear();
    }

    /// The enums that changed since `mark`.
    pub(crate) fn enums_touched_since(&self, mark: Mark) -> BTreeSet<Key> {
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

    /// Whether enums or `search_path` have changed since `mark`.
    pub(crate) fn has_changed_since(&self, mark: Mark) -> bool {
        let journal = self.journal.get(mark.journal..).unwrap_or_default();
        journal.iter().any(|undo| matches!(undo, Undo::Path { .. } | Undo::Schema(..)))
            || !self.enums_touched_since(mark).is_empty()
    }

    /// The tables and views that changed since `mark`.
    pub(crate) fn relations_touched_since(&self, mark: Mark) -> BTreeSet<Key> {
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
    pub(crate) fn enum_state(&self) -> Vec<(Key, Vec<Arc<str>>)> {
        self.enums()
            .map(|(_, ty, labels)| {
                (ty.key.clone(), labels.iter().map(|label| Arc::clone(&label.text)).collect())
            })
            .collect()
    }

    fn swap_type(&mut self, id: TypeId, new: Option<Rc<Type>>) -> Option<Rc<Type>> {
        let old = self.types.remove(&id);
        if let Some(old) = &old {
            self.type_names.remove(&old.key, id);
            match &old.kind {
                TypeKind::Array(of) => drop(self.arrays.remove(of)),
                TypeKind::Other(..) => drop(self.compounds.remove(&id)),
                TypeKind::Enum(_) | TypeKind::Row => {}
            }
        }
        if let Some(new) = new {
            self.type_names.insert(&new.key, id);
            match &new.kind {
                TypeKind::Array(of) => drop(self.arrays.insert(*of, id)),
                TypeKind::Other(..) => drop(self.compounds.insert(id)),
                TypeKind::Enum(_) | TypeKind::Row => {}
            }
            self.types.insert(id, new);
        }
        old
    }

    fn swap_relation(&mut self, id: RelationId, new: Option<Rc<Relation>>) -> Option<Rc<Relation>> {
        let old = self.relations.remove(&id);
        if let Some(old) = &old {
            self.relation_names.remove(&old.key, id);
            self.users.remove(&id);
        }
        if let Some(new) = new {
            self.relation_names.insert(&new.key, id);
            let uses_types = !(new.columns.is_empty() && new.defaults.is_empty());
            if uses_types {
                self.users.insert(id);
            }
            if uses_types || new.kind == COMPOSITE {
                self.user_names.insert(Arc::clone(&new.key.1));
            }
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
    pub(crate) fn set_path(&mut self, path: Arc<[Arc<str>]>, local: bool) {
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

    pub(crate) fn path(&self) -> &Arc<[Arc<str>]> {
        self.local_path.as_ref().unwrap_or(&self.session_path)
    }

    // --- standard_conforming_strings ---

    /// Sets what a backslash is, likewise.
    pub(crate) fn set_backslash(&mut self, backslash: Backslash, local: bool) {
        self.journal
            .push(Undo::Backslash { session: self.session_backslash, local: self.local_backslash });
        if local {
            self.local_backslash = Some(backslash);
        } else {
            self.session_backslash = backslash;
            self.local_backslash = None;
        }
    }

    pub(crate) fn backslash(&self) -> Backslash {
        self.local_backslash.unwrap_or(self.session_backslash)
    }

    // --- schemas ---

    /// The schemas that an unqualified name is looked for in, in order (`PostgreSQL` manual, 5.10.3).
    pub(crate) fn search_schemas(&self) -> impl Iterator<Item = &Arc<str>> {
        let path = self.path();
        let implicit = ["pg_temp", "pg_catalog"]
            .into_iter()
            .filter(|name| !path.iter().any(|on_path| &**on_path == *name))
            .filter_map(|name| self.schemas.get(name));
        implicit.chain(path.iter().filter(|name| self.has_schema(name)))
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
                && !self.made_schemas.contains(name)
                && !name.starts_with("pg_")
                && name != USER
                // None, or a list of names that the quotes around it make one.
                && !name.is_empty()
                && !name.contains(','))
    }

    fn is_assumed(&self, schema: &str) -> bool {
        !self.schemas.contains(schema) && !has_hole(schema)
    }

    /// Likewise, for something in it: that the schema is there may only be taken for granted.
    pub(crate) fn has_schema_for(&self, schema: &Arc<str>, name: &Arc<str>) -> bool {
        let there = self.has_schema(schema);
        if there && self.is_assumed(schema) {
            let key = (Arc::clone(schema), Arc::clone(name));
            self.assumed.borrow_mut().push(Assumed { key, otherwise: None });
        }
        there
    }

    /// Something of that name is about to be made in the current schema: that this is there may only be taken for
    /// granted.
    pub(crate) fn note_current_schema(&self, name: &Arc<str>) {
        let mut there = self.path().iter().filter(|schema| self.has_schema(schema));
        let Some(first) = there.next() else { return };
        if self.is_assumed(first) || &**first == USER {
            let key = |schema: &Arc<str>| (Arc::clone(schema), Arc::clone(name));
            let otherwise = there.find(|schema| !self.is_assumed(schema)).map(key);
            self.assumed.borrow_mut().push(Assumed { key: key(first), otherwise });
        }
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

    pub(crate) fn schemas(&self) -> impl Iterator<Item = &Arc<str>> {
        self.schemas.iter()
    }

    // --- looking up ---

    pub(crate) fn ty(&self, id: TypeId) -> Option<&Rc<Type>> {
        self.types.get(&id)
    }

    pub(crate) fn type_at(&self, schema: &str, name: &str) -> Option<TypeId> {
        self.type_names.get(schema, name)
    }

    /// How many things there are to look through.
    pub(crate) fn size(&self) -> usize {
        self.types.len() + self.relations.len() + self.schemas.len()
    }

    pub(crate) fn types(&self) -> impl Iterator<Item = (TypeId, &Rc<Type>)> {
        self.type_names.ids().filter_map(|id| Some((id, self.types.get(&id)?)))
    }

    /// The types of one name, in all schemas.
    pub(crate) fn types_named(&self, name: &str) -> impl Iterator<Item = (TypeId, &Rc<Type>)> {
        self.type_names.named(name).filter_map(|id| Some((id, self.types.get(&id)?)))
    }

    /// Every enum, by schema and name.
    pub(crate) fn enums(&self) -> impl Iterator<Item = (TypeId, &Rc<Type>, &[Label])> {
        self.types().filter_map(|(id, ty)| match &ty.kind {
            TypeKind::Enum(labels) => Some((id, ty, labels.as_slice())),
            _ => None,
        })
    }

    pub(crate) fn relation(&self, id: RelationId) -> Option<&Rc<Relation>> {
        self.relations.get(&id)
    }

    pub(crate) fn relation_at(&self, schema: &str, name: &str) -> Option<RelationId> {
        self.relation_names.get(schema, name)
    }

    pub(crate) fn relations(&self) -> impl Iterator<Item = &Rc<Relation>> {
        self.relation_names.ids().filter_map(|id| self.relations.get(&id))
    }

    /// The relations of one name, in all schemas.
    pub(crate) fn relations_named(&self, name: &str) -> impl Iterator<Item = &Rc<Relation>> {
        self.relation_names.named(name).filter_map(|id| self.relations.get(&id))
    }

    // --- types ---

    // --- schemas ---

    // --- relations ---
}

/// What a composite type is called, here and in messages.
pub(crate) const COMPOSITE: &str = "composite type";
/// Likewise, what `CREATE TYPE` makes without a definition.
pub(crate) const SHELL: &str = "shell type";
