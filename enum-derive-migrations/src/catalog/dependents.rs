//! The dependents that the catalog has, and how they change.

use std::rc::Rc;
use std::sync::Arc;

use super::{
    Catalog, ColumnType, Dependent, DependentDoubts, DependentKind, Mark, Presence, RelationId,
    Undo,
};
use crate::text::name::has_hole;

impl Catalog {
    pub(crate) fn dependents(&self) -> impl Iterator<Item = &Dependent> {
        self.dependents.iter().map(Rc::as_ref)
    }

    /// Whether it is known to be there.
    pub(crate) fn is_certain(&self, dependent: &Dependent) -> bool {
        let is_known = |table| {
            self.relations.get(table).is_some_and(|table| {
                table.shape.presence == Presence::There && table.shape.unknown.is_none()
            })
        };
        dependent.table.is_none_or(is_known)
    }

    /// Those of a table.
    pub(crate) fn dependents_on(&self, table: RelationId) -> impl Iterator<Item = &Dependent> {
        self.dependents().filter(move |dependent| dependent.table == Some(table))
    }

    /// Makes one. One that refers to nothing that is known need not be kept.
    pub(crate) fn add_dependent(&mut self, dependent: Dependent) {
        if dependent.references.are_none() || !self.follows_tables {
            return;
        }
        let dependent = Dependent { id: self.fresh(), ..dependent };
        // The journal needs no copy of the others, of which there may be thousands.
        Rc::make_mut(&mut self.dependents).push(Rc::new(dependent));
        self.journal.push(Undo::NewDependent);
    }

    /// Keeps those that `keep` keeps.
    pub(crate) fn retain_dependents(&mut self, keep: &dyn Fn(&Dependent) -> bool) {
        if self.dependents().all(keep) {
            return;
        }
        let mut left = Vec::clone(&self.dependents);
        left.retain(|dependent| keep(dependent));
        let old = std::mem::replace(&mut self.dependents, Rc::new(left));
        self.journal.push(Undo::Dependents(old));
    }

    /// Drops one of a kind by its name, of a table if there may be several. If none has that name, it may be any whose
    /// name the server has chosen.
    pub(crate) fn drop_dependent(
        &mut self,
        kinds: &[DependentKind],
        table: Option<RelationId>,
        name: &str,
    ) {
        let is_meant = |dependent: &Dependent| {
            kinds.contains(&dependent.kind) && (table.is_none() || dependent.table == table)
        };
        let has_name = |dependent: &Dependent| dependent.name.as_deref() == Some(name);
        let is_known = self.dependents().any(|it| is_meant(it) && has_name(it));
        self.retain_dependents(&|dependent| {
            let goes = if is_known { has_name(dependent) } else { dependent.name.is_none() };
            !(is_meant(dependent) && goes)
        });
    }

    /// A statement gives a constraint this name.
    pub(crate) fn note_constraint(&mut self, name: &Arc<str>) {
        let name = if has_hole(name) { Arc::from("") } else { Arc::clone(name) };
        self.constraint_names.insert(name);
    }

    /// Whether no constraint can have this name: no statement has given it, and the server chooses no such name
    /// (`ChooseConstraintName` and its callers).
    pub(crate) fn is_new_constraint(&self, name: &str) -> bool {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let chosen = ["_check", "_key", "_pkey", "_fkey", "_excl", "_not_null"];
        !has_hole(name)
            && !self.constraint_names.contains(name)
            && !self.constraint_names.contains("")
            && !chosen.iter().any(|end| stem.ends_with(end))
    }

    /// A check holds for all rows from here on.
    pub(crate) fn validate_check(&mut self, table: RelationId, name: &str) {
        let is_meant = |dependent: &Dependent| {
            dependent.table == Some(table)
                && dependent.name.as_deref() == Some(name)
                && dependent.check.as_ref().is_some_and(|check| !check.is_valid)
        };
        self.change_dependents(&is_meant, &|dependent| {
            if let Some(check) = &mut dependent.check {
                check.is_valid = true;
            }
        });
    }

    /// Whether all checks of a table are known that compare a column with constants.
    pub(crate) fn knows_checks_of(&self, table: RelationId) -> bool {
        !self.unsure_checks.contains(&table)
    }

    /// Gives one of a kind another name.
    pub(crate) fn rename_dependent(
        &mut self,
        kinds: &[DependentKind],
        table: Option<RelationId>,
        from: &str,
        to: &Arc<str>,
    ) {
        let is_meant = |dependent: &Dependent| {
            kinds.contains(&dependent.kind)
                && (table.is_none() || dependent.table == table)
                && dependent.name.as_deref() == Some(from)
        };
        self.change_dependents(&is_meant, &|dependent| dependent.name = Some(Arc::clone(to)));
    }

    fn change_dependents(
        &mut self,
        is_meant: &dyn Fn(&Dependent) -> bool,
        change: &dyn Fn(&mut Dependent),
    ) {
        if !self.dependents().any(is_meant) {
            return;
        }
        let mut dependents = Vec::clone(&self.dependents);
        for dependent in dependents.iter_mut().filter(|dependent| is_meant(dependent)) {
            change(Rc::make_mut(dependent));
        }
        let old = std::mem::replace(&mut self.dependents, Rc::new(dependents));
        self.journal.push(Undo::Dependents(old));
    }

    /// A table is gone, and what refers to it with it.
    pub(super) fn drop_dependents_of(&mut self, table: RelationId) {
        self.retain_dependents(&|dependent| {
            let references = &dependent.references;
            dependent.table != Some(table)
                && !references.columns.iter().any(|(id, _)| *id == table)
                && !references.compared.iter().any(|(id, ..)| *id == table)
        });
    }

    /// A column is gone, and what follows it; with `CASCADE`, all that uses it.
    pub(super) fn drop_dependents_of_column(&mut self, table: RelationId, column: &str) {
        self.retain_dependents(&|dependent| !dependent.references.use_column(table, column));
    }

    pub(super) fn rename_in_dependents(
        &mut self,
        table: RelationId,
        from: &Arc<str>,
        to: &Arc<str>,
    ) {
        let uses = |dependent: &Dependent| dependent.references.use_column(table, from);
        self.change_dependents(&uses, &|dependent| {
            let references = &mut dependent.references;
            let columns = references.columns.iter_mut().map(|(id, name)| (*id, name));
            let compared = references.compared.iter_mut().map(|(id, name, _)| (*id, name));
            for (id, name) in columns.chain(compared) {
                if id == table && name == from {
                    *name = Arc::clone(to);
                }
            }
        });
    }

    /// A column of a table and of those that inherit from it gets another type. Constants are texts as before, but the
    /// column is converted to text for them, or not any more (`pg_get_constraintdef`).
    pub(crate) fn rewrite_comparisons(&mut self, table: RelationId, column: &str, to: &ColumnType) {
        if !to.is_text() {
            return;
        }
        let family = self.family_of(table);
        let is_meant = |(id, name, ty): &(RelationId, Arc<str>, ColumnType)| {
            family.contains(id) && **name == *column && ty.is_text() && ty != to
        };
        self.change_dependents(
            &|dependent| dependent.references.compared.iter().any(is_meant),
            &|dependent| {
                for compared in &mut dependent.references.compared {
                    if is_meant(compared) {
                        compared.2 = to.clone();
                    }
                }
            },
        );
    }

    /// What has been taken away since `mark`; and made, if `is_made_unsure` says that this may be taken back.
    pub(crate) fn dependent_doubts_since(
        &self,
        mark: Mark,
        is_made_unsure: bool,
    ) -> DependentDoubts {
        let mut gone = Vec::new();
        for undo in self.journal.get(mark.journal..).unwrap_or_default() {
            if let Undo::Dependents(old) = undo {
                let there = |id: usize| self.dependents().any(|dependent| dependent.id == id);
                gone.extend(old.iter().map(|old| old.id).filter(|id| !there(*id)));
            }
        }
        let objects = self.objects_in_doubt_since(mark, is_made_unsure);
        DependentDoubts { gone, made_from: is_made_unsure.then_some(mark.next), objects }
    }

    /// Whether the checks that have been made since `mark` are there is not known.
    pub(crate) fn doubt_checks_since(&mut self, mark: Mark) {
        for dependent in self.dependents.iter() {
            if dependent.id > mark.next
                && dependent.check.is_some()
                && let Some(table) = dependent.table
            {
                self.unsure_checks.insert(table);
            }
        }
    }

    /// Nothing is held against a statement for what may not be there.
    pub(crate) fn doubt_dependents(&mut self, doubts: &DependentDoubts) {
        let is_sure = |dependent: &Dependent| {
            !doubts.gone.contains(&dependent.id)
                && doubts.made_from.is_none_or(|from| dependent.id <= from)
        };
        for dependent in self.dependents.iter() {
            if dependent.check.is_some()
                && !is_sure(dependent)
                && let Some(table) = dependent.table
            {
                self.unsure_checks.insert(table);
            }
        }
        self.retain_dependents(&is_sure);
        self.retain_objects(&|object| {
            !doubts.objects.iter().any(|doubted| std::ptr::eq(Rc::as_ptr(doubted), object))
        });
    }
}
