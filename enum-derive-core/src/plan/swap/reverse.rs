//! The way back: the type with the labels from before, from what depends on it after the change.
//!
//! What depends on the type is then what the plan has left: the same objects, with renamed labels in their definitions.

use alloc::borrow::ToOwned;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{Fates, replacement};
use crate::Definition;
use crate::dependent::{Dependents, Holds, Kind, Object};
use crate::plan::{Irreversible, Replacement};
use crate::sql::swap::held::{Column, held};
use crate::sql::swap::literals::{Fate, rewrite};

/// The replacement that goes back to the labels of `dependents`.
///
/// # Errors
///
/// Labels whose rows have other labels that say nothing about the old ones.
pub(super) fn reverse(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
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
    let (after, is_loose) = after(dependents, definition, fates);
    let columns = after.objects.iter().filter_map(column);
    let check = held(&after.schema, &after.name, &columns.collect::<Vec<_>>(), &added);
    let mut there = Definition::new(&dependents.name, &old);
    there.schema = Some(&dependents.schema);
    let mut replaced = replacement(&after, there, &back_fates, &[], None)
        .map_err(|obstacle| Irreversible::Obstacle { what: obstacle.to_string() })?;
    replaced.block.is_loose = is_loose;
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

/// What depends on the type after the change, and whether some of the entries have no hash, because a definition is
/// another one then.
fn after(dependents: &Dependents, definition: Definition<'_>, fates: &Fates) -> (Dependents, bool) {
    let new = |sql: &str| rewrite(sql, &dependents.target.name, |label| fates.of(label)).sql;
    let mut after = dependents.clone();
    after.labels = definition.labels.iter().map(|&label| label.to_owned()).collect();
    let mut changed = BTreeSet::new();
    for (object, before) in after.objects.iter_mut().zip(&dependents.objects) {
        for text in definitions(object) {
            *text = new(text);
        }
        if object != before {
            changed.insert(before.described.clone());
            // An expression of a default is part of what is compared.
            let entry = |object: &Object| format!("{} {}", object.described, object.definition);
            let (before, now) = (entry(before), entry(object));
            for direct in after.direct.iter_mut().filter(|direct| **direct == before) {
                direct.clone_from(&now);
            }
        }
    }
    let mut is_loose = false;
    for entry in &mut after.entries {
        if let Some((what, _)) = entry.rsplit_once(' ').filter(|(what, _)| changed.contains(*what))
        {
            *entry = what.to_owned();
            is_loose = true;
        }
    }
    (after, is_loose)
}

/// The texts in which labels may be.
fn definitions(object: &mut Object) -> Vec<&mut String> {
    let mut texts = Vec::new();
    match &mut object.kind {
        Kind::Policy { using, check, .. } => texts.extend([using, check].into_iter().flatten()),
        Kind::Column { generated: Some(generated), .. } => texts.push(&mut generated.expression),
        Kind::Domain { default: Some(default), .. } => texts.push(default),
        _ => {}
    }
    texts.push(&mut object.definition);
    texts
}

/// A column whose rows may hold labels that go on the way back.
fn column(object: &Object) -> Option<Column<'_>> {
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
