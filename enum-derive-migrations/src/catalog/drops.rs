//! Dropping relations, and what goes with them.

use std::rc::Rc;
use std::sync::Arc;

use super::{Catalog, Column, Dependent, DependentKind, Presence, Relation, RelationId, Why};
use crate::ground::{Done, Location, Refusal, Taken, TypeId, sort};

impl Catalog {
    /// `DROP TABLE` and its like, all of the list at once.
    pub(crate) fn drop_relations(
        &mut self,
        ids: &[RelationId],
        cascade: bool,
        at: &Location,
    ) -> Done {
        // The partitions of a table go with it.
        let mut going = ids.to_vec();
        let mut next = 0;
        while let Some(&id) = going.get(next) {
            for heir in self.heirs_of(id) {
                let is_partition =
                    self.relations.get(heir).is_some_and(|heir| heir.shape.is_partition);
                if (is_partition || cascade) && !going.contains(&heir) {
                    going.push(heir);
                }
            }
            next += 1;
        }
        let relations = going.iter().filter_map(|id| self.relations.get(*id));
        let rows: Vec<_> = relations.filter_map(|relation| self.row_type(relation)).collect();
        for &row in rows.iter().filter(|_| !cascade) {
            if let Some(refusal) = self.dependents_refusal(row, &rows) {
                return Err(refusal);
            }
        }
        if !cascade {
            for &id in &going {
                self.check_no_dependents(id, &going)?;
                if let Some(relation) = self.relations.get(id) {
                    let (kind, name) = (relation.kind, &relation.key.1);
                    let what = format!("{kind} {name}");
                    self.check_sequences(&relation.columns, &going, &what)?;
                }
            }
        }
        let doubt = self.perhaps_read(&going).filter(|_| !cascade);
        for id in going {
            match (&doubt, self.relations.get(id).map(|relation| relation.key.clone())) {
                (Some(why), Some(key)) => self.forget_relation(&key, why),
                _ => self.drop_relation(id, at),
            }
        }
        Ok(())
    }

    /// The views, in the order in which they were made.
    fn views(&self) -> Vec<(RelationId, &Relation)> {
        let mut views = Vec::with_capacity(self.views.len());
        for &id in &self.views {
            if let Some(view) = self.relations.get(id) {
                views.push((id, &**view));
            }
        }
        sort(&mut views, &mut |left, right| left.0.cmp(&right.0));
        views
    }

    /// Why it is not known whether a view is there that reads one of some relations, if that is so.
    pub(crate) fn perhaps_read(&self, ids: &[RelationId]) -> Option<Rc<Why>> {
        // Tables as well as views, as a table that was made from a query has what that reads as well.
        let reads = |id: &&RelationId| {
            self.relations.get(**id).is_some_and(|relation| {
                let all = relation.shape.reads.as_deref().unwrap_or_default();
                all.iter().any(|read| ids.contains(read))
            })
        };
        let first = self.perhaps_readers.iter().filter(reads).min()?;
        self.relations.get(*first)?.shape.unknown.clone()
    }

    /// What inherits from a table, reads it or refers to it keeps it from being dropped.
    fn check_no_dependents(&self, id: RelationId, going: &[RelationId]) -> Done {
        if !self.follows_tables {
            return Ok(());
        }
        let Some(relation) = self.relations.get(id) else { return Ok(()) };
        for (other_id, other) in self.referrers_of(id) {
            if going.contains(&other_id) || other.shape.presence != Presence::There {
                continue;
            }
            let reads = other.is_view() && other.reads(id);
            let refers = other.shape.keys.iter().any(|key| key.refers_to() == Some(id));
            if reads || refers || other.shape.parents.contains(&id) {
                let (kind, name) = (relation.kind, &relation.key.1);
                let message =
                    format!("cannot drop {kind} {name} because other objects depend on it");
                return Err(Refusal::new("2BP01", message)
                    .about(&other.key)
                    .related(
                        &other.created,
                        format!("{} {} depends on it", other.kind, other.key.1),
                    )
                    .help("drop what depends on it first"));
            }
        }
        Ok(())
    }

    /// The sequences of columns that go, which columns of other tables may take their defaults from (`LIKE … INCLUDING
    /// DEFAULTS`, or by inheritance).
    pub(crate) fn check_sequences(
        &self,
        columns: &[Column],
        going: &[RelationId],
        what: &str,
    ) -> Done {
        if !self.may_share_sequences(columns) {
            return Ok(());
        }
        for (id, other) in self.relations.list() {
            if going.contains(&id)
                || other.shape.presence != Presence::There
                || other.shape.unknown.is_some()
            {
                continue;
            }
            let shares = |it: &&Column| columns.iter().any(|serial| it.shares_sequence_of(serial));
            if let Some(column) = other.columns.iter().find(shares) {
                let message = format!("cannot drop {what} because other objects depend on it");
                let default = format!(
                    "the default of column {} of {} {} uses its sequence",
                    column.name, other.kind, other.key.1
                );
                return Err(Refusal::new("2BP01", message)
                    .about(&other.key)
                    .related(&column.at, default)
                    .help("drop the default before"));
            }
        }
        Ok(())
    }

    /// Whether other columns may have defaults with the sequences of some columns.
    fn may_share_sequences(&self, columns: &[Column]) -> bool {
        self.shares_sequences
            && !self.moves_sequences
            && columns.iter().any(|column| column.is_serial)
    }

    /// With the sequences of columns go the defaults that use them.
    pub(crate) fn drop_sequences_of(&mut self, columns: &[Column]) {
        if !self.may_share_sequences(columns) {
            return;
        }
        let shares = |it: &Column| columns.iter().any(|serial| it.shares_sequence_of(serial));
        let relations = self.relations.list().into_iter();
        let sharing: Vec<_> = relations
            .filter(|(_, other)| other.columns.iter().any(shares))
            .map(|it| it.0)
            .collect();
        for id in sharing {
            self.change_columns(id, |others| {
                for column in others.iter_mut().filter(|column| shares(column)) {
                    column.default = None;
                }
            });
        }
    }

    pub(crate) fn drop_relation(&mut self, id: RelationId, at: &Location) {
        let Some(relation) = self.relations.get(id).cloned() else { return };
        self.remove_relation(id, at);
        self.note_gone(&relation);
        if !self.follows_tables {
            return;
        }
        self.drop_dependents_of(id);
        self.drop_sequences_of(&relation.columns);
        for (other_id, other) in self.dependents_of(id) {
            if other.is_view() && other.reads(id) {
                self.drop_relation(other_id, at);
                continue;
            }
            self.change_relation(other_id, |other| {
                other.shape.keys.retain(|key| key.refers_to() != Some(id));
            });
        }
    }

    /// The relations that may inherit from one, read it or refer to it, by id.
    fn referrers_of(&self, id: RelationId) -> Vec<(RelationId, &Rc<Relation>)> {
        let mut ids = self.referrers.get(id).cloned().unwrap_or_default();
        sort(&mut ids, &mut Ord::cmp);
        ids.dedup();
        let mut referrers = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(relation) = self.relations.get(id) {
                referrers.push((id, relation));
            }
        }
        referrers
    }

    fn dependents_of(&self, id: RelationId) -> Vec<(RelationId, Relation)> {
        let mut dependents = Vec::new();
        for (other_id, other) in self.referrers_of(id) {
            let refers = other.shape.keys.iter().any(|key| key.refers_to() == Some(id));
            if (other.reads(id) || refers) && other.shape.presence == Presence::There {
                dependents.push((other_id, (**other).clone()));
            }
        }
        dependents
    }

    /// Removes a relation and its row type.
    pub(super) fn remove_relation(&mut self, id: RelationId, at: &Location) {
        let Some(relation) = self.relations.get(id).cloned() else { return };
        if relation.shape.presence == Presence::There
            && let Some(row) = self.row_type(&relation)
        {
            self.drop_type(row, at);
        }
        self.put_relation(id, None);
    }

    /// The event of the enum that is about to be dropped takes these columns and views with it.
    pub(super) fn note_taken(&mut self, users: &[RelationId], id: TypeId) {
        let event = self.events.len();
        for user in users {
            let Some(relation) = self.relations.get(*user) else { continue };
            let (schema, relation_name) = relation.key.clone();
            let is_view = relation.is_view();
            for column in &relation.columns {
                if column.ty.own() == Some(id) {
                    let column = (!is_view).then(|| Arc::clone(&column.name));
                    let (schema, relation) = (Arc::clone(&schema), Arc::clone(&relation_name));
                    self.taken.push(Taken { event, schema, relation, column });
                    if is_view {
                        break;
                    }
                }
            }
        }
    }

    /// The columns and defaults that need a type go with it, and so do views with such a column.
    pub(super) fn drop_columns_of(&mut self, user: RelationId, id: TypeId, at: &Location) {
        let Some(relation) = self.relations.get(user) else { return };
        if relation.is_view() {
            return self.drop_relation(user, at);
        }
        // A table goes with a column by which it is divided (`StorePartitionKey` in `heap.c`).
        let is_key = |column: &Column| {
            column.ty.own() == Some(id) && relation.shape.partition_key.contains(&column.name)
        };
        if relation.columns.iter().any(is_key) {
            // With `CASCADE`, nothing is refused.
            let _ = self.drop_relations(&[user], true, at);
            return;
        }
        self.change_relation(user, |relation| {
            let columns = &relation.columns;
            let gone: Vec<_> = columns
                .iter()
                .filter(|column| column.ty.own() == Some(id))
                .map(|column| column.name.clone())
                .collect();
            relation.shape.keys.retain(|key| !key.columns.iter().any(|name| gone.contains(name)));
            relation.columns.retain(|column| column.ty.own() != Some(id));
            for column in &mut relation.columns {
                if column.default_needs().contains(&id) {
                    column.default = None;
                }
            }
        });
    }

    /// A view that certainly uses a column of one of some tables.
    pub(crate) fn view_of_column(
        &self,
        ids: &[RelationId],
        column: &str,
    ) -> Option<(RelationId, &Relation)> {
        for (id, view) in self.views() {
            let is_used =
                |(table, used): &(RelationId, Arc<str>)| ids.contains(table) && **used == *column;
            if view.shape.presence == Presence::There
                && view.shape.unknown.is_none()
                && view.shape.uses.columns.iter().any(is_used)
            {
                return Some((id, view));
            }
        }
        None
    }

    /// Whether a view may go with types that are dropped with `CASCADE`.
    pub(crate) fn may_use_types(&self, view: RelationId, ids: &[TypeId]) -> bool {
        let is_used = |id: &TypeId| {
            self.objects().any(|object| object.needs(*id)) || !self.types_over(*id).is_empty()
        };
        if ids.iter().any(is_used) {
            return true;
        }
        let names = |dependent: &Dependent| {
            let types = &dependent.references.types;
            dependent.kind == DependentKind::View && ids.iter().any(|id| types.contains(id))
        };
        let mut seen = vec![view];
        let mut next = 0;
        while let Some(&id) = seen.get(next) {
            let Some(relation) = self.relations.get(id) else { return true };
            let uses = ids.iter().any(|id| relation.needs(*id));
            if uses || relation.shape.unknown.is_some() || self.dependents_on(id).any(names) {
                return true;
            }
            if relation.is_view() {
                let Some(reads) = &relation.shape.reads else { return true };
                for read in reads {
                    if !seen.contains(read) {
                        seen.push(*read);
                    }
                }
            }
            next += 1;
        }
        false
    }

    /// The views that may go with columns of relations: those that read the relations, unless it is known which columns
    /// they use, and those that read such views; and those of which it is not known what they read.
    pub(crate) fn perhaps_readers(&self, ids: &[RelationId]) -> Vec<RelationId> {
        let mut readers: Vec<RelationId> = Vec::new();
        loop {
            let before = readers.len();
            for (id, view) in self.views() {
                let reads = |read: &RelationId| {
                    ids.contains(read) && !view.shape.uses.are_all || readers.contains(read)
                };
                if view.shape.presence == Presence::There
                    && !readers.contains(&id)
                    && view.shape.reads.as_ref().is_none_or(|all| all.iter().any(reads))
                {
                    readers.push(id);
                }
            }
            if readers.len() == before {
                return readers;
            }
        }
    }
}
