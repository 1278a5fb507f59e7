//! Tables, views, and the composite types that are the row types of relations without rows.

use std::sync::Arc;

use super::{COMPOSITE, Catalog, Column, Relation, RelationId, Type, TypeKind};
use crate::ground::{Done, Key, Location, Refusal, TypeId};

impl Catalog {
    /// Whether a table or the like may take a name.
    pub(crate) fn check_relation_free(&self, key: &Key) -> Done {
        match self.relation_names.of(key).and_then(|id| self.relations.get(id)) {
            Some(there) => {
                Err(Refusal::new("42P07", format!("relation \"{}\" already exists", key.1))
                    .about_schema(&key.0)
                    .related(&there.created, format!("the {} is created here", there.kind)))
            }
            None => Ok(()),
        }
    }

    /// Makes a table, view or the like. What has a row type takes a name among the types as well.
    pub(crate) fn create_relation(
        &mut self,
        key: Key,
        kind: &'static str,
        columns: Vec<Column>,
        defaults: Vec<Column>,
        at: &Location,
    ) -> Done {
        self.check_relation_free(&key)?;
        self.create_type(&key, TypeKind::Row, at).map_err(|refusal| {
            refusal.help("a table has an associated type of the same name: use another name")
        })?;
        let id = RelationId(self.fresh());
        self.put_relation(id, Some(Relation { key, kind, columns, defaults, created: at.clone() }));
        Ok(())
    }

    /// `CREATE TYPE … AS (…)`: a composite type is a row type of a relation that holds nothing.
    pub(crate) fn create_composite(
        &mut self,
        key: Key,
        attributes: Vec<Column>,
        at: &Location,
    ) -> Done {
        self.create_type(&key, TypeKind::Other(COMPOSITE, Vec::new()), at)?;
        let id = RelationId(self.fresh());
        let (columns, defaults) = (attributes, Vec::new());
        let relation = Relation { key, kind: COMPOSITE, columns, defaults, created: at.clone() };
        self.put_relation(id, Some(relation));
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

    /// `DROP TABLE` and its like, all of the list at once.
    pub(crate) fn drop_relations(
        &mut self,
        ids: &[RelationId],
        cascade: bool,
        at: &Location,
    ) -> Done {
        let mut rows = Vec::new();
        for id in ids {
            if let Some(relation) = self.relations.get(*id) {
                rows.extend(self.row_type(relation));
            }
        }
        for &row in &rows {
            if !cascade && let Some(refusal) = self.dependents_refusal(row, &rows) {
                return Err(refusal);
            }
        }
        for &id in ids {
            self.drop_relation(id, at);
        }
        Ok(())
    }

    pub(crate) fn drop_relation(&mut self, id: RelationId, at: &Location) {
        let Some(relation) = self.relations.get(id).cloned() else { return };
        if let Some(row) = self.row_type(&relation) {
            self.drop_type(row, at);
        }
        self.put_relation(id, None);
    }

    /// From here on, whether there is a relation of that name is not known.
    pub(crate) fn obscure(&mut self, name: &Arc<str>) {
        self.obscured.insert(Arc::clone(name));
    }

    /// The names of which there may be such relations.
    pub(crate) fn obscured(&self) -> impl Iterator<Item = &Arc<str>> {
        self.obscured.iter()
    }

    /// As if replay had never seen the relation.
    pub(crate) fn forget_relation(&mut self, key: &Key) {
        self.obscure(&key.1);
        let Some(id) = self.relation_names.of(key) else { return };
        let Some(at) = self.relations.get(id).map(|relation| relation.created.clone()) else {
            return;
        };
        self.drop_relation(id, &at);
    }

    pub(crate) fn rename_relation(&mut self, id: RelationId, key: Key) -> Done {
        let Some(relation) = self.relations.get(id).cloned() else { return Ok(()) };
        self.check_relation_free(&key)?;
        if let Some(row) = self.row_type(&relation) {
            self.rename(row, &key)?;
        }
        self.put_relation(id, Some(Relation { key, ..(*relation).clone() }));
        Ok(())
    }

    pub(crate) fn change_columns(&mut self, id: RelationId, change: impl FnOnce(&mut Vec<Column>)) {
        self.change_relation(id, |relation| change(&mut relation.columns));
    }

    pub(crate) fn change_relation(&mut self, id: RelationId, change: impl FnOnce(&mut Relation)) {
        let Some(relation) = self.relations.get(id) else { return };
        let mut relation = (**relation).clone();
        change(&mut relation);
        self.put_relation(id, Some(relation));
    }
}
