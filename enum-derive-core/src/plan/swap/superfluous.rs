//! Checks that have no effect when labels are gone, such as those that forbid retired labels.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Fates;
use crate::Definition;
use crate::dependent::{Dependents, Holds, Kind, Object};
use crate::forbid::{allows_all, expression, restricts};
use crate::plan::Dropped;
use crate::sql::swap::literals::{Fate, rewrite};
use crate::sql::unquoted;

/// The checks of a type that are not carried over.
#[derive(Default)]
pub(in crate::plan) struct Superfluous<'a> {
    /// Each with the labels that go.
    checks: Vec<(&'a Object, Vec<String>)>,
    /// Their keys.
    keys: BTreeSet<&'a str>,
}

impl<'a> Superfluous<'a> {
    /// The checks that contain labels which go, and that no row without these labels can violate. If a row with such a label
    /// cannot violate a check either, the check lists the label as allowed: it is refused, and its author decides.
    pub(in crate::plan) fn new(
        dependents: &'a Dependents,
        definition: Definition<'_>,
        fates: &Fates,
    ) -> Self {
        let stays = |(label, fate): (&'a String, Fate)| {
            matches!(fate, Fate::Stays(_)).then_some(label.as_str())
        };
        let old = dependents.labels.iter().map(|label| (label, fates.of(label)));
        let mut labels: Vec<&str> = old.filter_map(stays).collect();
        if definition.labels.len() > labels.len() {
            // A label that is added: no expression can contain it.
            labels.push("\0");
        }
        let values = Values::new(dependents);
        let found = |object: &'a Object| {
            let removed =
                rewrite(&object.definition, &dependents.target.name, |label| fates.of(label))
                    .removed;
            let has_no_effect = !removed.is_empty()
                && expression(&object.definition).is_some_and(|expression| {
                    let columns = values.of(object);
                    let restricts =
                        |label: &String| restricts(expression, &columns, label, &labels);
                    allows_all(expression, &columns, &labels) && removed.iter().all(restricts)
                });
            has_no_effect.then_some((object, removed))
        };
        let mut checks: Vec<_> = dependents.objects.iter().filter_map(found).collect();
        // A check that a table inherits, and defines itself as well, can be dropped only after that of the parent.
        checks.sort_by_key(|(object, _)| {
            matches!(object.kind, Kind::Constraint { inherited: true, .. })
        });
        let keys = checks.iter().map(|(object, _)| &*object.key).collect();
        Self { checks, keys }
    }

    pub(in crate::plan) fn has(&self, object: &Object) -> bool {
        self.keys.contains(&*object.key)
    }

    /// The checks that are not validated, with the labels.
    pub(in crate::plan) fn not_validated(&self) -> impl Iterator<Item = (&'a Object, &[String])> {
        let all = self.checks.iter().map(|(object, labels)| (*object, &**labels));
        all.filter(|(object, _)| object.definition.ends_with(" NOT VALID"))
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = &'a Object> {
        self.checks.iter().map(|(object, _)| *object)
    }

    /// The checks with their labels, for the effects of the plan. One that is only inherited is left out, because it is
    /// dropped with that of the parent.
    pub(in crate::plan) fn dropped(&self) -> Vec<Dropped> {
        let own = self
            .checks
            .iter()
            .filter(|(object, _)| !matches!(object.kind, Kind::Constraint { is_local: false, .. }));
        let dropped = |(object, labels): &(&Object, Vec<String>)| {
            let mut labels = labels.clone();
            labels.sort();
            labels.dedup();
            Dropped { what: object.described.clone(), labels }
        };
        own.map(dropped).collect()
    }
}

/// What checks are about: a name, and whether it is an array.
struct Values<'a> {
    /// The columns of the type, by table.
    columns: BTreeMap<&'a str, Vec<(String, bool)>>,
    /// The values of the domains over the type.
    domains: BTreeMap<&'a str, (String, bool)>,
}

impl<'a> Values<'a> {
    fn new(dependents: &'a Dependents) -> Self {
        let (mut columns, mut domains) = (BTreeMap::<_, Vec<_>>::new(), BTreeMap::new());
        for object in &dependents.objects {
            match (&object.kind, &object.relation) {
                (
                    Kind::Column { holds: holds @ (Holds::Scalar | Holds::Array), .. },
                    Some(table),
                ) => {
                    let column = (unquoted(&object.name), *holds == Holds::Array);
                    columns.entry(&**table).or_default().push(column);
                }
                (Kind::Domain { .. }, _) => {
                    let base = object.definition.strip_suffix("[]");
                    // A domain over another one may be an array, too.
                    if base.unwrap_or(&object.definition) == dependents.target.name {
                        domains.insert(&*object.name, ("value".to_string(), base.is_some()));
                    }
                }
                _ => {}
            }
        }
        Self { columns, domains }
    }

    /// The columns of the type in the table of a check, or the value of its domain.
    fn of(&self, check: &Object) -> Vec<(String, bool)> {
        match (&check.kind, &check.relation) {
            (Kind::Constraint { of_type, .. }, Some(table)) if of_type == "c" => {
                self.columns.get(&**table).cloned().unwrap_or_default()
            }
            (Kind::DomainConstraint { domain, of_type, of_replaced: true }, _)
                if of_type == "c" =>
            {
                self.domains.get(&**domain).cloned().into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}
