//! The journal: every change is kept with what was there before.

use std::collections::HashSet;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use super::labels::texts;
use super::{
    ById, COMPOSITE, Catalog, Column, Dependent, DependentDoubts, Names, Object, Presence,
    ReadOnly, Relation, RelationId, TableKey, Type, TypeKind, Why,
};
use crate::ground::{Change, Event, Key, Location, TypeId};
use crate::text::strings::Backslash;

/// A place in the journal to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    pub(super) journal: usize,
    events: usize,
    /// The last number that something has got.
    pub(super) next: usize,
}

impl Mark {
    /// How many events there were.
    pub(crate) fn events(self) -> usize {
        self.events
    }
}

/// What is not known of tables any more.
pub(crate) struct TableDoubts {
    tables: Vec<(RelationId, Rc<Why>)>,
    dependents: DependentDoubts,
    any_table: Option<Rc<Why>>,
}

pub(super) enum Undo {
    Schema(Arc<str>, bool),
    Type(TypeId, Option<Rc<Type>>),
    Relation(RelationId, Option<Rc<Relation>>),
    /// A column by its place; `None` if it is new, and the last.
    Column(RelationId, usize, Option<Column>),
    /// The last key of the relation is new.
    NewKey(RelationId),
    /// Something about it is not known any more.
    Doubt(RelationId, Option<Rc<Relation>>),
    AnyTable(Option<Rc<Why>>),
    Objects(Rc<Vec<Rc<Object>>>),
    /// The last of them is new.
    NewObject,
    Dependents(Rc<Vec<Rc<Dependent>>>),
    /// Likewise.
    NewDependent,
    /// A statement that has been noted.
    Noted(usize),
    Path {
        session: Arc<[Arc<str>]>,
        local: Option<Arc<[Arc<str>]>>,
    },
    Backslash {
        session: Backslash,
        local: Option<Backslash>,
    },
    Bodies {
        session: bool,
        local: Option<bool>,
    },
    ReadOnly(ReadOnly),
}

impl Catalog {
    pub(crate) fn mark(&self) -> Mark {
        Mark { journal: self.journal.len(), events: self.events.len(), next: self.next }
    }

    /// Everything is as it was at `mark`.
    pub(crate) fn roll_back(&mut self, mark: Mark) {
        while self.journal.len() > mark.journal {
            match self.journal.pop() {
                Some(Undo::Schema(name, true)) => drop(self.schemas.insert(name)),
                Some(Undo::Schema(name, false)) => drop(self.schemas.remove(&name)),
                Some(Undo::Type(id, old)) => drop(self.swap_type(id, old)),
                Some(Undo::Relation(id, old) | Undo::Doubt(id, old)) => {
                    drop(self.swap_relation(id, old));
                }
                Some(Undo::Column(id, index, old)) => drop(self.swap_column(id, index, old)),
                Some(Undo::NewKey(id)) => {
                    if let Some(relation) = self.relations.get_mut(id) {
                        Rc::make_mut(relation).shape.keys.pop();
                    }
                }
                Some(Undo::AnyTable(why)) => self.any_table = why,
                Some(Undo::Objects(objects)) => self.objects = objects,
                Some(Undo::NewObject) => drop(Rc::make_mut(&mut self.objects).pop()),
                Some(Undo::Dependents(dependents)) => self.dependents = dependents,
                Some(Undo::NewDependent) => drop(Rc::make_mut(&mut self.dependents).pop()),
                Some(Undo::Noted(index)) => self.undo_noted(index),
                Some(Undo::Path { session, local }) => {
                    self.session_path = session;
                    self.local_path = local;
                }
                Some(Undo::Backslash { session, local }) => {
                    self.session_backslash = session;
                    self.local_backslash = local;
                }
                Some(Undo::Bodies { session, local }) => {
                    self.session_reads_bodies = session;
                    self.local_reads_bodies = local;
                }
                Some(Undo::ReadOnly(old)) => self.read_only = old,
                None => break,
            }
        }
        self.events.truncate(mark.events);
        self.taken.retain(|taken| taken.event < mark.events);
    }

    /// Nothing goes back further than this, unless the journal is kept.
    pub(crate) fn commit(&mut self) {
        self.local_path = None;
        self.local_backslash = None;
        self.local_reads_bodies = None;
        self.read_only.end();
        if !self.keeps_journal {
            self.journal.clear();
        }
        self.transaction += 1;
        self.fresh_types.clear();
        self.unsafe_labels.clear();
    }

    /// From here on, what is committed can be undone as well.
    pub(crate) fn keep_journal(&mut self) -> Mark {
        self.keeps_journal = true;
        self.mark()
    }

    /// What has been committed stands.
    pub(crate) fn release_journal(&mut self) {
        self.keeps_journal = false;
        self.journal.clear();
    }

    /// The types that changed since `mark`, each with what it was then.
    pub(crate) fn types_since(&self, mark: Mark) -> Vec<(TypeId, Option<&Rc<Type>>)> {
        let mut found: Vec<(TypeId, Option<&Rc<Type>>)> = Vec::new();
        let mut seen = HashSet::new();
        for undo in self.journal.get(mark.journal..).unwrap_or_default() {
            if let Undo::Type(id, old) = undo
                && seen.insert(*id)
            {
                found.push((*id, old.as_ref()));
            }
        }
        found
    }

    /// The enums that changed since `mark`.
    pub(crate) fn enums_touched_since(&self, mark: Mark) -> HashSet<Key> {
        let mut keys = HashSet::new();
        for undo in &self.journal[mark.journal.min(self.journal.len())..] {
            if let Undo::Type(id, old) = undo {
                for ty in [old.as_ref(), self.types.get(*id)].into_iter().flatten() {
                    if matches!(ty.kind, TypeKind::Enum(_)) {
                        keys.insert(ty.key.clone());
                    }
                }
            }
        }
        keys
    }

    /// The types that changed since `mark` and are no enums, those of tables' rows among them.
    pub(crate) fn others_touched_since(&self, mark: Mark) -> HashSet<Key> {
        let mut keys = HashSet::new();
        for undo in self.journal.get(mark.journal..).unwrap_or_default() {
            if let Undo::Type(id, old) = undo {
                for ty in [old.as_ref(), self.types.get(*id)].into_iter().flatten() {
                    if !matches!(ty.kind, TypeKind::Enum(_)) {
                        keys.insert(ty.key.clone());
                    }
                }
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
    pub(crate) fn relations_touched_since(&self, mark: Mark) -> HashSet<Key> {
        let mut keys = HashSet::new();
        for undo in &self.journal[mark.journal.min(self.journal.len())..] {
            let (id, old) = match undo {
                Undo::Relation(id, old) => (*id, old.as_ref()),
                Undo::Column(id, ..) | Undo::NewKey(id) => (*id, None),
                _ => continue,
            };
            for relation in [old, self.relations.get(id)].into_iter().flatten() {
                keys.insert(relation.key.clone());
            }
        }
        keys
    }

    /// What can be compared to tell whether two ways through a script end alike.
    pub(crate) fn enum_state(&self) -> Vec<(Key, Vec<Arc<str>>)> {
        let mut state = Vec::new();
        for (_, ty, labels) in self.enums() {
            state.push((ty.key.clone(), texts(labels)));
        }
        state
    }

    fn swap_type(&mut self, id: TypeId, new: Option<Rc<Type>>) -> Option<Rc<Type>> {
        let old = self.types.remove(id);
        if let Some(old) = &old {
            self.type_names.remove(&old.key, id);
            match &old.kind {
                TypeKind::Array(of) => drop(self.arrays.remove(*of)),
                TypeKind::Other(..) => drop(self.compounds.remove(&id)),
                TypeKind::Enum(_) | TypeKind::Row => {}
            }
        }
        if let Some(new) = new {
            self.type_names.insert(&new.key, id);
            match &new.kind {
                TypeKind::Array(of) => self.arrays.insert(*of, id),
                TypeKind::Other(..) => drop(self.compounds.insert(id)),
                TypeKind::Enum(_) | TypeKind::Row => {}
            }
            self.types.insert(id, new);
        }
        old
    }

    fn swap_relation(&mut self, id: RelationId, new: Option<Rc<Relation>>) -> Option<Rc<Relation>> {
        let old = self.relations.remove(id);
        let (from, to) = (old.as_deref().map(place), new.as_deref().map(place));
        // Most changes leave a relation where it is.
        if from != to {
            if let Some((key, is_there)) = from {
                self.names_of(is_there).remove(key, id);
            }
            if let Some((key, is_there)) = to {
                self.names_of(is_there).insert(key, id);
            }
        }
        let there = new.as_ref().filter(|new| new.shape.presence == Presence::There);
        let is_heir = there.is_some_and(|new| !new.shape.parents.is_empty());
        note(&mut self.heirs, id, is_heir);
        note(&mut self.views, id, new.as_ref().is_some_and(|new| new.is_view()));
        let uses_types = there.is_some_and(|new| new.columns.iter().any(Column::uses_types));
        note(&mut self.users, id, uses_types);
        if let Some(new) = there.filter(|new| uses_types || new.kind == COMPOSITE) {
            self.user_names.insert(Arc::clone(&new.key.1));
        }
        if let Some(new) = there.filter(|_| uses_types) {
            let old = old.as_ref().filter(|old| old.shape.presence == Presence::There);
            for ty in new.needed_types() {
                if !old.is_some_and(|old| old.needs(ty)) {
                    note_user(&mut self.users_of_types, ty, id);
                }
            }
        }
        let reads = |new: &Rc<Relation>| {
            new.shape.presence == Presence::Perhaps
                && new.shape.reads.as_ref().is_some_and(|reads| !reads.is_empty())
        };
        note(&mut self.perhaps_readers, id, new.as_ref().is_some_and(reads));
        if let Some(new) = new {
            let known = old.as_deref().map(Relation::refers_to).unwrap_or_default();
            for to in new.refers_to() {
                if !known.contains(&to) {
                    self.note_referrer(to, id);
                }
            }
            self.relations.insert(id, new);
        }
        old
    }

    fn note_referrer(&mut self, to: RelationId, from: RelationId) {
        match self.referrers.get_mut(to) {
            Some(referrers) => referrers.push(from),
            None => self.referrers.insert(to, vec![from]),
        }
    }

    /// Puts a column in the place of another, or behind the last; without one, removes the last.
    fn swap_column(&mut self, id: RelationId, index: usize, new: Option<Column>) -> Option<Column> {
        let relation = Rc::make_mut(self.relations.get_mut(id)?);
        let is_of_type = |column: &Option<Column>| column.as_ref().is_some_and(Column::uses_types);
        let mut bears_on_types = is_of_type(&new);
        let old = match (new, relation.columns.get_mut(index)) {
            (Some(new), Some(there)) => Some(mem::replace(there, new)),
            (Some(new), None) => {
                relation.columns.push(new);
                None
            }
            (None, _) => relation.columns.pop(),
        };
        bears_on_types |= is_of_type(&old);
        if bears_on_types {
            let uses_types = relation.columns.iter().any(Column::uses_types);
            if uses_types {
                self.user_names.insert(Arc::clone(&relation.key.1));
                for ty in relation.columns.get(index).into_iter().flat_map(Column::needed_types) {
                    note_user(&mut self.users_of_types, ty, id);
                }
            }
            note(&mut self.users, id, uses_types);
        }
        old
    }

    /// The names of relations that are there, or of the others.
    fn names_of(&mut self, are_there: bool) -> &mut Names<RelationId> {
        if are_there { &mut self.relation_names } else { &mut self.absent_names }
    }

    pub(super) fn put_type(&mut self, id: TypeId, new: Option<Type>) {
        let old = self.swap_type(id, new.map(Rc::new));
        self.journal.push(Undo::Type(id, old));
    }

    /// Puts a relation that has been changed in the place of what it was.
    pub(super) fn put_relation_again(&mut self, id: RelationId, changed: Rc<Relation>) {
        let old = self.swap_relation(id, Some(changed));
        self.journal.push(Undo::Relation(id, old));
    }

    pub(super) fn put_relation(&mut self, id: RelationId, new: Option<Relation>) {
        let old = self.swap_relation(id, new.map(Rc::new));
        self.journal.push(Undo::Relation(id, old));
    }

    /// Puts a column of a relation in the place of another, or behind the last.
    pub(super) fn put_column(&mut self, id: RelationId, index: usize, new: Column) {
        let old = self.swap_column(id, index, Some(new));
        self.journal.push(Undo::Column(id, index, old));
    }

    pub(crate) fn add_key(&mut self, id: RelationId, key: TableKey) {
        let to = key.refers_to();
        if let Some(relation) = self.relations.get_mut(id) {
            Rc::make_mut(relation).shape.keys.push(key);
            self.journal.push(Undo::NewKey(id));
            if let Some(to) = to {
                self.note_referrer(to, id);
            }
        }
    }

    /// From here on, any table may be there, and any that is there may be other than it seems.
    pub(crate) fn doubt_all_tables(&mut self, why: &Rc<Why>) {
        if self.any_table.is_none() {
            self.any_table = Some(Rc::clone(why));
            self.journal.push(Undo::AnyTable(None));
        }
        for id in self.relation_names.ids() {
            self.doubt_table(id, why);
        }
    }

    /// From here on, a table may be other than it seems.
    pub(crate) fn doubt_table(&mut self, id: RelationId, why: &Rc<Why>) {
        let there = self.relations.get(id).filter(|relation| relation.shape.unknown.is_none());
        if let Some(relation) = there {
            let mut relation = (**relation).clone();
            relation.shape.unknown = Some(Rc::clone(why));
            let old = self.swap_relation(id, Some(Rc::new(relation)));
            self.journal.push(Undo::Doubt(id, old));
        }
    }

    /// What is not known of tables since `mark`.
    pub(crate) fn table_doubts_since(&self, mark: Mark) -> TableDoubts {
        let dependents = self.dependent_doubts_since(mark, false);
        let mut doubts = TableDoubts { tables: Vec::new(), dependents, any_table: None };
        for undo in self.journal.get(mark.journal..).unwrap_or_default() {
            match undo {
                Undo::Doubt(id, _) => {
                    let relation = self.relations.get(*id);
                    let why = relation.and_then(|relation| relation.shape.unknown.clone());
                    doubts.tables.extend(why.map(|why| (*id, why)));
                }
                Undo::AnyTable(_) => doubts.any_table.clone_from(&self.any_table),
                _ => {}
            }
        }
        doubts
    }

    /// What was not known when something was tried is not known.
    pub(crate) fn doubt_tables(&mut self, doubts: &TableDoubts) {
        self.doubt_dependents(&doubts.dependents);
        if let Some(why) = &doubts.any_table {
            self.doubt_all_tables(why);
        }
        for (id, why) in &doubts.tables {
            self.doubt_table(*id, why);
        }
    }

    pub(crate) fn any_table(&self) -> Option<&Rc<Why>> {
        self.any_table.as_ref()
    }

    pub(super) fn put_schema(&mut self, name: &Arc<str>, there: bool) {
        let was = if there {
            self.made_schemas.insert(Arc::clone(name));
            !self.schemas.insert(Arc::clone(name))
        } else {
            self.schemas.remove(name)
        };
        self.journal.push(Undo::Schema(Arc::clone(name), was));
    }

    pub(super) fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    pub(super) fn event(&mut self, id: TypeId, at: &Location, change: Change) {
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

    // --- check_function_bodies ---

    /// Sets whether a function's body is read when the function is made, likewise.
    pub(crate) fn set_reads_bodies(&mut self, reads: bool, local: bool) {
        self.journal.push(Undo::Bodies {
            session: self.session_reads_bodies,
            local: self.local_reads_bodies,
        });
        if local {
            self.local_reads_bodies = Some(reads);
        } else {
            self.session_reads_bodies = reads;
            self.local_reads_bodies = None;
        }
    }

    pub(crate) fn reads_bodies(&self) -> bool {
        self.local_reads_bodies.unwrap_or(self.session_reads_bodies)
    }

    /// A transaction block begins, which is what transactions are by themselves until it is set.
    pub(crate) fn begin_transaction(&mut self) {
        self.read_only.transaction = Some(self.read_only.session);
    }

    /// Sets what transactions are by themselves.
    pub(crate) fn set_default_read_only(&mut self, is_on: bool) {
        self.journal.push(Undo::ReadOnly(self.read_only));
        self.read_only.session = is_on;
    }

    /// Sets what the transaction is that runs.
    pub(crate) fn set_read_only(&mut self, is_on: bool) {
        self.journal.push(Undo::ReadOnly(self.read_only));
        self.read_only.transaction = Some(is_on);
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.is_on()
    }
}

/// A relation has a column or a default that needs a type.
fn note_user(users: &mut ById<TypeId, Vec<RelationId>>, ty: TypeId, user: RelationId) {
    match users.get_mut(ty) {
        Some(users) if users.last() == Some(&user) => {}
        Some(users) => users.push(user),
        None => users.insert(ty, vec![user]),
    }
}

/// The name of a relation, and whether it is there.
fn place(relation: &Relation) -> (&Key, bool) {
    (&relation.key, relation.shape.presence == Presence::There)
}

/// Whether a relation is one of some.
fn note(relations: &mut HashSet<RelationId>, id: RelationId, is_one: bool) {
    if is_one {
        relations.insert(id);
    } else if !relations.is_empty() {
        relations.remove(&id);
    }
}
