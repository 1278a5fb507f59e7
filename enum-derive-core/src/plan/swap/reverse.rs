//! The way back: the type with the labels from before, from what depends on it after the change.
//!
//! What depends on the type is then what the plan has left: the same objects, with renamed labels in their definitions.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use super::obstacles::obstacles;
use super::{Checks, Fates, Superfluous, replacement};
use crate::Definition;
use crate::dependent::{Dependents, Holds, Kind, Object};
use crate::plan::{Irreversible, Replacement, Step};
use crate::sql::swap::held::{Column, Refused, held};
use crate::sql::swap::literals::Fate;

/// The step that takes labels away again that a plan adds, from what depends on the type before the plan: it replaces the
/// type by one with the labels of `dependents`. Steps that rename or move the type go back before it.
///
/// # Errors
///
/// What cannot be carried over.
pub fn plan_back(
    dependents: &Dependents,
    definition: Definition<'_>,
) -> Result<Step, Irreversible> {
    let fates = Fates::new(&dependents.labels, definition);
    let superfluous = Superfluous::new(dependents, definition, &fates);
    let back = reverse(dependents, definition, &fates, &superfluous)?;
    Ok(Step::ReplaceType(Box::new(back)))
}

/// The replacement that goes back to the labels of `dependents`.
///
/// # Errors
///
/// Labels whose rows have other labels that say nothing about the old ones.
pub(super) fn reverse(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    superfluous: &Superfluous<'_>,
) -> Result<Replacement, Irreversible> {
    let old: Vec<&str> = dependents.labels.iter().map(String::as_str).collect();
    let back = before(&old, fates)?;
    let added: Vec<&str> =
        definition.labels.iter().copied().filter(|label| !back.contains_key(*label)).collect();
    let fate = |&label: &&str| match back.get(label) {
        Some(&old) => (label.to_owned(), Fate::Stays(old.to_owned())),
        None => (label.to_owned(), Fate::Gone),
    };
    let back_fates = Fates(definition.labels.iter().map(fate).collect());
    let after = after(dependents, definition, superfluous);
    let columns = after.objects.iter().filter_map(column);
    let columns: Vec<_> = columns.collect();
    let check = held(&after.schema, &after.name, &columns, &added, Refused::Added);
    let there = Definition::new(&dependents.name, &old).in_schema(&dependents.schema);
    let obstacles = obstacles(&after, there, &back_fates, &[], &Superfluous::default());
    if !obstacles.is_empty() {
        return Err(Irreversible::Obstacles { obstacles });
    }
    let missing: Vec<&Object> = superfluous.objects().collect();
    let checks = Checks { superfluous: &Superfluous::default(), missing: &missing };
    let mut replaced = replacement(&after, there, &back_fates, &[], None, checks)
        .map_err(|obstacle| Irreversible::Obstacles { obstacles: [obstacle].into() })?;
    replaced.block.check = check;
    Ok(replaced)
}

/// The old label of each new one that stands for exactly one.
fn before<'a>(old: &[&'a str], fates: &Fates) -> Result<BTreeMap<String, &'a str>, Irreversible> {
    let mut back: BTreeMap<String, &str> = BTreeMap::new();
    let mut lost = Vec::new();
    // What stays comes first: a label that replaces another one may have been there before.
    for &label in old {
        if let Fate::Stays(to) = fates.of(label) {
            back.insert(to, label);
        }
    }
    for &label in old {
        match fates.of(label) {
            Fate::Replaced(Some(to)) if !back.contains_key(&to) => {
                back.insert(to, label);
            }
            Fate::Replaced(_) => lost.push(label.to_owned()),
            Fate::Stays(_) | Fate::Gone => {}
        }
    }
    if lost.is_empty() { Ok(back) } else { Err(Irreversible::Labels { labels: lost }) }
}

/// What depends on the type after the change of its labels. Its name is changed later, if at all.
fn after(
    dependents: &Dependents,
    definition: Definition<'_>,
    superfluous: &Superfluous<'_>,
) -> Dependents {
    let Dependents { schema, name, labels, .. } = dependents;
    let mut after = dependents.clone();
    after.objects.retain(|object| !superfluous.has(object));
    let dropped: BTreeSet<&str> = superfluous.objects().map(|object| &*object.identity).collect();
    after.entries.retain(|entry| !dropped.contains(&*entry.what));
    // Without a database, these have the definition after the name.
    let is_of_dropped = |what: &str| {
        let mut ends = what.match_indices(" CHECK ").map(|(end, _)| end).chain([what.len()]);
        ends.any(|end| dropped.contains(&what[..end]))
    };
    after.direct.retain(|what| !is_of_dropped(what));
    let same = Definition { schema: Some(schema), name, ..definition };
    // It fails only for a type that gets another name.
    let _ = after.after((schema, name), labels, same);
    after.labels = definition.labels.iter().map(|&label| label.to_owned()).collect();
    after
}

/// A column whose rows may hold labels that go.
pub(super) fn column(object: &Object) -> Option<Column<'_>> {
    let Kind::Column { holds, inherited: false, generated: None, .. } = &object.kind else {
        return None;
    };
    let table = object.relation.as_deref()?;
    let is_array = match holds {
        Holds::Scalar => false,
        Holds::Array => true,
        Holds::Nothing | Holds::Other => return None,
    };
    Some(Column { table, name: &object.name, described: &object.described, is_array })
}
