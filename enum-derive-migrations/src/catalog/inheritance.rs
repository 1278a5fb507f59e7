//! Tables that inherit columns from others: children and partitions (`src/backend/commands/tablecmds.c`).

use std::collections::HashMap;

use super::{Catalog, Column, Relation, RelationId, TableKey};
use crate::ground::{Done, Refusal, sort};

impl Catalog {
    /// The tables that inherit from one directly, in the order in which they were made.
    pub(crate) fn heirs_of(&self, id: RelationId) -> Vec<RelationId> {
        let mut heirs = Vec::new();
        for &heir in &self.heirs {
            let is_heir = |relation: &std::rc::Rc<Relation>| relation.shape.parents.contains(&id);
            if self.relations.get(heir).is_some_and(is_heir) {
                heirs.push(heir);
            }
        }
        sort(&mut heirs, &mut Ord::cmp);
        heirs
    }

    /// A table, and all that inherit from it, each once.
    pub(crate) fn family_of(&self, id: RelationId) -> Vec<RelationId> {
        let mut family = vec![id];
        let mut next = 0;
        while let Some(&member) = family.get(next) {
            for heir in self.heirs_of(member) {
                if !family.contains(&heir) {
                    family.push(heir);
                }
            }
            next += 1;
        }
        family
    }

    /// `ADD COLUMN`, also in all tables that inherit from this one.
    pub(crate) fn add_column(&mut self, id: RelationId, column: &Column) -> Done {
        match self.relations.get(id).map(|relation| relation.columns.len()) {
            Some(last) if self.follows_tables => self.put_column(id, last, column.clone()),
            _ => self.change_columns(id, |columns| columns.push(column.clone())),
        }
        for heir in self.heirs_of(id) {
            self.shares_sequences |= column.is_serial;
            let Some(relation) = self.relations.get(heir) else { continue };
            match relation.column(&column.name) {
                Some(there)
                    if there.ty != column.ty && there.ty.is_known() && column.ty.is_known() =>
                {
                    let message = format!(
                        "child table \"{}\" has different type for column \"{}\"",
                        relation.key.1, column.name
                    );
                    return Err(Refusal::new("42804", message)
                        .about(&relation.key)
                        .related(&there.at, "the column of that table is here".to_owned()));
                }
                Some(_) => self.change_column(heir, &column.name, |there| there.parents += 1),
                None => {
                    self.add_column(heir, &column.inherited())?;
                }
            }
        }
        Ok(())
    }

    /// The tables that `DROP COLUMN` takes a column from: not those that have it themselves, or from another parent.
    /// With `only`, all that inherit it keep it.
    pub(crate) fn losing_column(&self, id: RelationId, name: &str, only: bool) -> Vec<RelationId> {
        let mut losing = vec![id];
        let mut parents_lost: HashMap<RelationId, u32> = HashMap::new();
        let mut next = 0;
        while let Some(&member) = losing.get(next).filter(|_| !only) {
            for heir in self.heirs_of(member) {
                let lost = parents_lost.entry(heir).or_default();
                *lost += 1;
                let column = self.relations.get(heir).and_then(|relation| relation.column(name));
                if column.is_some_and(|column| column.parents == *lost && !column.is_local) {
                    losing.push(heir);
                }
            }
            next += 1;
        }
        losing
    }

    /// `DROP COLUMN`. With `only`, tables that inherit it keep it as their own.
    pub(crate) fn drop_column(&mut self, id: RelationId, name: &str, only: bool) {
        for member in self.losing_column(id, name, only) {
            self.drop_dependents_of_column(member, name);
            self.change_relation(member, |relation| {
                let is_its = |key: &TableKey| key.columns.iter().any(|column| **column == *name);
                relation.columns.retain(|column| *column.name != *name);
                relation.shape.keys.retain(|key| !is_its(key));
            });
            for heir in self.heirs_of(member) {
                self.change_column(heir, name, |column| {
                    column.parents = column.parents.saturating_sub(1);
                    column.is_local |= only;
                });
            }
        }
    }

    /// `INHERIT` and `ATTACH PARTITION`
    pub(crate) fn inherit(&mut self, id: RelationId, parent: RelationId, is_partition: bool) {
        let Some(columns) = self.relations.get(parent).map(|parent| parent.columns.clone()) else {
            return;
        };
        self.change_relation(id, |relation| {
            relation.shape.parents.push(parent);
            relation.shape.is_partition |= is_partition;
            relation.shape.may_have_keys |= is_partition;
            for column in &mut relation.columns {
                if columns.iter().any(|inherited| inherited.name == column.name) {
                    column.parents += 1;
                    column.is_local &= !is_partition;
                }
            }
        });
    }

    /// `NO INHERIT` and `DETACH PARTITION`
    pub(crate) fn disinherit(&mut self, id: RelationId, parent: RelationId) {
        let Some(columns) = self.relations.get(parent).map(|parent| parent.columns.clone()) else {
            return;
        };
        self.change_relation(id, |relation| {
            relation.shape.parents.retain(|there| *there != parent);
            relation.shape.is_partition = false;
            for column in &mut relation.columns {
                if columns.iter().any(|inherited| inherited.name == column.name) {
                    column.parents = column.parents.saturating_sub(1);
                    column.is_local |= column.parents == 0;
                }
            }
        });
    }
}
