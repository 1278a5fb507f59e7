//! Tables, views, and the composite types that are the row types of relations without rows.

use std::rc::Rc;
use std::sync::Arc;

use super::{
    COMPOSITE, Catalog, Column, KeyKind, Presence, Relation, RelationId, Type, TypeKind, Why,
};
use crate::ground::{Done, Key, Location, Refusal, TypeId};

impl Catalog {
    /// Whether a table or the like may take a name.
    pub(crate) fn check_relation_free(&self, key: &Key) -> Done {
        match self.relation_names.of(key).and_then(|id| self.relations.get(id)) {
            Some(there) => {
                let message = format!("relation \"{}\" already exists", key.1);
                let refusal = Refusal::new("42P07", message)
                    .about_schema(&key.0)
                    .related(&there.created, format!("the {} is created here", there.kind));
                let is_certain = !there.shape.may_be_elsewhere;
                Err(if is_certain { refusal } else { refusal.about_what_is_not_followed() })
            }
            None => Ok(()),
        }
    }

    /// Makes a table, view or the like. What has a row type takes a name among the types as well.
    pub(crate) fn create_relation(
        &mut self,
        mut relation: Relation,
    ) -> Result<RelationId, Refusal> {
        self.check_relation_free(&relation.key)?;
        self.create_type(&relation.key, TypeKind::Row, &relation.created).map_err(|refusal| {
            refusal.help("a table has an associated type of the same name: use another name")
        })?;
        if self.follows_tables {
            relation.shape.migration = self.migration;
            self.clear_absent(&relation.key);
        } else {
            relation.columns.retain(Column::uses_types);
        }
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(relation));
        Ok(id)
    }

    /// `CREATE TYPE … AS (…)`: a composite type is a row type of a relation that holds nothing.
    pub(crate) fn create_composite(
        &mut self,
        key: Key,
        mut attributes: Vec<Column>,
        at: &Location,
    ) -> Done {
        let kind = TypeKind::Other(COMPOSITE, Vec::new());
        self.create_type(&key, kind, at)?;
        if !self.follows_tables {
            attributes.retain(Column::uses_types);
        }
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(Relation::new(key, COMPOSITE, attributes, at)));
        Ok(())
    }

    pub(crate) fn row_type(&self, relation: &Relation) -> Option<TypeId> {
        let id = self.type_names.of(&relation.key)?;
        matches!(self.types.get(id)?.kind, TypeKind::Row | TypeKind::Other(COMPOSITE, _))
            .then_some(id)
    }

    /// The relation that a composite type is the row type of.
    pub(crate) fn relation_of(&self, ty: &Type) -> Option<RelationId> {
        match ty.kind {
            TypeKind::Other(COMPOSITE, _) => self.relation_names.of(&ty.key),
            _ => None,
        }
    }

    /// A composite type has gone to another name or schema, and its relation follows.
    pub(crate) fn follow(&mut self, relation: Option<RelationId>, key: &Key) {
        if let Some(id) = relation
            && let Some(relation) = self.relations.get(id).cloned()
        {
            self.put_relation(id, Some(Relation { key: key.clone(), ..(*relation).clone() }));
        }
    }

    /// From here on, whether there is a relation of that name is not known.
    pub(crate) fn obscure(&mut self, name: &Arc<str>) {
        self.obscured.insert(Arc::clone(name));
    }

    /// The names of which there may be such relations.
    pub(crate) fn obscured(&self) -> impl Iterator<Item = &Arc<str>> {
        self.obscured.iter()
    }

    /// As if replay had never seen the relation: it may be there or not.
    pub(crate) fn forget_relation(&mut self, key: &Key, why: &Rc<Why>) {
        self.obscure(&key.1);
        let there = self.relation_names.of(key).and_then(|id| self.relations.get(id)).cloned();
        if let Some(relation) = &there
            && let Some(id) = self.relation_names.of(key)
        {
            self.remove_relation(id, &relation.created.clone());
        }
        if self.follows_tables && there.as_ref().is_none_or(|relation| relation.kind != COMPOSITE) {
            let kind = there.as_ref().map_or("table", |relation| relation.kind);
            let mut relation = Relation::new(key.clone(), kind, Vec::new(), &why.at);
            relation.shape.migration = self.migration;
            if let Some(there) = there {
                relation.created = there.created.clone();
                relation.shape.migration = there.shape.migration;
                relation.shape.reads.clone_from(&there.shape.reads);
            }
            self.put_absent(relation, why);
        }
    }

    /// A relation that nothing was known of may be there.
    pub(crate) fn put_perhaps(&mut self, key: &Key, kind: &'static str, why: &Rc<Why>) {
        self.obscure(&key.1);
        if self.follows_tables {
            let mut relation = Relation::new(key.clone(), kind, Vec::new(), &why.at);
            relation.shape.migration = self.migration;
            self.put_absent(relation, why);
        }
    }

    fn put_absent(&mut self, mut relation: Relation, why: &Rc<Why>) {
        self.clear_absent(&relation.key);
        relation.shape.unknown = Some(Rc::clone(why));
        relation.shape.presence = Presence::Perhaps;
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(relation));
    }

    /// A relation that is not there, or may not be there, by its key.
    pub(crate) fn absent(&self, key: &Key) -> Option<&Rc<Relation>> {
        self.absent_names.of(key).and_then(|id| self.relations.get(id))
    }

    /// From here on, it is known what has this name.
    fn clear_absent(&mut self, key: &Key) {
        if let Some(id) = self.absent_names.of(key) {
            self.put_relation(id, None);
        }
    }

    /// From here on, nothing has this name.
    pub(super) fn note_gone(&mut self, relation: &Relation) {
        if !self.follows_tables || relation.kind == COMPOSITE {
            return;
        }
        self.clear_absent(&relation.key);
        let mut gone =
            Relation::new(relation.key.clone(), relation.kind, Vec::new(), &relation.created);
        gone.shape.presence = Presence::Gone;
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(gone));
    }

    /// A relation that may be there has been dropped, if it was.
    pub(crate) fn note_dropped(&mut self, key: &Key) {
        if let Some(relation) = self.absent(key).cloned()
            && relation.shape.presence == Presence::Perhaps
        {
            self.note_gone(&relation);
        }
    }

    pub(crate) fn rename_relation(&mut self, id: RelationId, key: Key) -> Done {
        let Some(relation) = self.relations.get(id).cloned() else { return Ok(()) };
        self.check_relation_free(&key)?;
        if let Some(row) = self.row_type(&relation) {
            self.rename(row, &key)?;
        }
        if self.follows_tables {
            self.clear_absent(&key);
        }
        self.put_relation(id, Some(Relation { key, ..(*relation).clone() }));
        self.note_gone(&relation);
        Ok(())
    }

    pub(crate) fn change_columns(&mut self, id: RelationId, change: impl FnOnce(&mut Vec<Column>)) {
        self.change_relation(id, |relation| change(&mut relation.columns));
    }

    // What is generic is short, as it is compiled for each closure.
    pub(crate) fn change_relation(&mut self, id: RelationId, change: impl FnOnce(&mut Relation)) {
        if let Some(mut relation) = self.relations.get(id).cloned() {
            change(Rc::make_mut(&mut relation));
            self.put_changed(id, relation);
        }
    }

    fn put_changed(&mut self, id: RelationId, mut relation: Rc<Relation>) {
        if !self.follows_tables {
            Rc::make_mut(&mut relation).columns.retain(Column::uses_types);
        }
        self.put_relation_again(id, relation);
    }

    /// A column that foreign keys refer to, or that views use, has another name.
    pub(crate) fn rename_in_others(&mut self, id: RelationId, from: &Arc<str>, to: &Arc<str>) {
        let refers = |kind: &KeyKind| match kind {
            KeyKind::Foreign { id: Some(other), columns, .. } => {
                *other == id && columns.contains(from)
            }
            _ => false,
        };
        let mut referring = Vec::new();
        for (other, relation) in self.relations.list() {
            let uses = |(table, column): &(RelationId, Arc<str>)| *table == id && column == from;
            if relation.shape.keys.iter().any(|key| refers(&key.kind))
                || relation.shape.uses.columns.iter().any(uses)
            {
                referring.push(other);
            }
        }
        self.rename_in_dependents(id, from, to);
        for other in referring {
            self.change_relation(other, |relation| {
                for (table, column) in &mut relation.shape.uses.columns {
                    if *table == id && column == from {
                        *column = Arc::clone(to);
                    }
                }
                for key in relation.shape.keys.iter_mut().filter(|key| refers(&key.kind)) {
                    if let KeyKind::Foreign { columns, .. } = &mut key.kind {
                        for column in columns.iter_mut().filter(|column| *column == from) {
                            *column = Arc::clone(to);
                        }
                    }
                }
            });
        }
    }

    /// Changes one column, if it is there.
    pub(crate) fn change_column(
        &mut self,
        id: RelationId,
        name: &str,
        change: impl FnOnce(&mut Column),
    ) {
        if let Some((index, mut column)) = self.column_of(id, name) {
            change(&mut column);
            self.put_changed_column(id, index, column);
        }
    }

    fn column_of(&self, id: RelationId, name: &str) -> Option<(usize, Column)> {
        let relation = self.relations.get(id)?;
        let index = relation.columns.iter().position(|column| *column.name == *name)?;
        Some((index, relation.columns.get(index)?.clone()))
    }

    fn put_changed_column(&mut self, id: RelationId, index: usize, column: Column) {
        if self.follows_tables || column.uses_types() {
            self.put_column(id, index, column);
        } else {
            self.change_columns(id, |columns| drop(columns.remove(index)));
        }
    }
}
