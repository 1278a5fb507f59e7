//! Types that a migration replaces by new ones of the same name.

use std::sync::Arc;

use pg_enum_migrations::{Change, Location};

use crate::clause::{Act, Clause, Column, Name};
use crate::statement::{Mention, Statement};
use crate::subject::Subject;
use crate::types::{Point, TypeState};

/// A type that a migration replaces.
pub(crate) struct Swap<'a> {
    pub(crate) migration: usize,
    pub(crate) before: TypeState,
    pub(crate) after: TypeState,
    /// Where the new type is created.
    pub(crate) created: Location,
    /// The statements that give columns the new type.
    pub(crate) conversions: Vec<(&'a Statement, &'a Clause, &'a Column)>,
}

impl Swap<'_> {
    /// Whether all labels are kept in their order.
    pub(crate) fn keeps_labels(&self) -> bool {
        let mut new = self.after.labels.iter();
        self.before.labels.iter().all(|label| new.any(|it| it == label))
    }

    /// The labels that the new type has more, each with the one before it.
    pub(crate) fn added(&self) -> Vec<(Arc<str>, Option<Arc<str>>)> {
        let mut added = Vec::new();
        let mut before = None;
        for label in &self.after.labels {
            if !self.before.labels.contains(label) {
                added.push((Arc::clone(label), before.clone()));
            }
            before = Some(Arc::clone(label));
        }
        added
    }
}

/// The types that are replaced while columns have them.
pub(crate) fn swaps<'a>(subject: &'a Subject<'_>) -> Vec<Swap<'a>> {
    let mut swaps: Vec<Swap<'_>> = Vec::new();
    for event in &subject.replay.events {
        let (Change::Created { name, .. } | Change::Renamed { to: name }) = &event.change else {
            continue;
        };
        let migration = event.migration;
        let name = Name { schema: None, name: name.to_string() };
        let before = subject.types.at(&name, Point::before(migration));
        let after = subject.types.at(&name, Point::before(migration + 1));
        let (Some(before), Some(after)) = (before, after) else { continue };
        let is_same =
            before.id == after.id || before.schema != after.schema || after.id != event.id;
        let is_known =
            swaps.iter().any(|swap| swap.after.id == after.id && swap.migration == migration);
        if is_same || is_known || !subject.is_certain(&after) {
            continue;
        }
        let names: Vec<&str> = subject
            .types
            .events(after.id)
            .iter()
            .filter_map(|event| match &event.change {
                Change::Created { name, .. } | Change::Renamed { to: name } => Some(&**name),
                _ => None,
            })
            .collect();
        let conversions = conversions(subject, migration, &names);
        if !conversions.is_empty() {
            let created = after.created.clone();
            swaps.push(Swap { migration, before, after, created, conversions });
        }
    }
    swaps
}

/// The statements of a migration that give columns a type of one of these names.
fn conversions<'a>(
    subject: &'a Subject<'_>,
    migration: usize,
    names: &[&str],
) -> Vec<(&'a Statement, &'a Clause, &'a Column)> {
    let mut found = Vec::new();
    for statement in subject.up_of(migration).iter().filter(|it| it.mentions(Mention::Type)) {
        for clause in statement.clauses() {
            if let Act::ColumnType { column, ty: Some(ty) } = &clause.act
                && names.contains(&&*ty.name)
            {
                found.push((statement, clause, column));
            }
        }
    }
    found
}
