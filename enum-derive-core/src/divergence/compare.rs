//! The comparison of a definition with the migrations.

use alloc::borrow::ToOwned;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::renames::{Matched, matched};
use super::{Disagreement, Divergence};
use crate::Definition;
use crate::record::{Origin, Record, RecordedEnum};
use crate::retire::{Standing, holders};
use crate::violation::Place;

/// All differences between `definition` and the migrations. Empty if the state of the type after the migrations is
/// uncertain.
///
/// ```
/// use pg_enum_core::divergence::divergences;
/// use pg_enum_core::record::{Origin, Record, RecordedEnum, RecordedLabel};
/// use pg_enum_core::{Definition, Place};
///
/// let at = |line| Origin { file: "migrations/1_mood.sql".into(), line };
/// let record = Record {
///     default_schema: "public".into(),
///     enums: vec![RecordedEnum {
///         schema: "public".into(),
///         name: "mood".into(),
///         known: true,
///         created: at(1),
///         labels: vec![RecordedLabel { text: "sad".into(), at: at(2), accepted: false }],
///     }],
///     ..Record::default()
/// };
/// assert!(divergences(Definition::new("mood", &["sad"]), &record).is_empty());
///
/// let found = divergences(Definition::new("mood", &["sad", "happy"]), &record);
/// assert_eq!(found[0].place, Place::Label(1));
/// assert_eq!(
///     found[0].to_string(),
///     "no migration adds the label 'happy' to public.mood (created at migrations/1_mood.sql:1)"
/// );
/// assert_eq!(
///     found[0].help().to_string(),
///     "run `cargo pg-enum generate` to write the migration"
/// );
/// ```
#[must_use]
pub fn divergences(definition: Definition<'_>, record: &Record) -> Vec<Divergence> {
    let schema = definition.schema.unwrap_or(&record.default_schema);
    let type_name = alloc::format!("{schema}.{}", definition.name);
    let mut found = match record.find_for(definition) {
        Some(there) if there.known => {
            let mut found = Vec::from_iter(former_name(definition, schema, there));
            found.extend(labels(definition, there));
            found.extend(retired(definition, there, record));
            found
        }
        Some(_) => Vec::new(),
        None if record.vague => Vec::new(),
        None => alloc::vec![absent(definition, schema, record)],
    };
    // First the name of the type, then each label, then the labels without a variant. The sort is stable.
    found.sort_by_key(|(place, disagreement, _)| match (place, disagreement) {
        (_, Disagreement::TypeNotRenamed { .. } | Disagreement::TypeNotMoved { .. }) => 0,
        (Place::Label(index), _) => index + 1,
        _ => usize::MAX,
    });
    let divergence = |(place, disagreement, at)| Divergence {
        place,
        disagreement,
        type_name: type_name.clone(),
        at,
    };
    found.into_iter().map(divergence).collect()
}

pub(crate) type Found = (Place, Disagreement, Option<Origin>);

/// The difference if the type still has its former name or schema.
fn former_name(definition: Definition<'_>, schema: &str, there: &RecordedEnum) -> Option<Found> {
    let was = alloc::format!("{}.{}", there.schema, there.name);
    let (place, disagreement) = if there.name != definition.name {
        (Place::Name, Disagreement::TypeNotRenamed { was })
    } else if there.schema != schema {
        (Place::Schema, Disagreement::TypeNotMoved { was, schema: schema.to_owned() })
    } else {
        return None;
    };
    Some((place, disagreement, Some(there.created.clone())))
}

fn absent(definition: Definition<'_>, schema: &str, record: &Record) -> Found {
    let dropped = record
        .dropped
        .iter()
        .rfind(|dropped| dropped.schema == schema && dropped.name == definition.name);
    if let Some(dropped) = dropped {
        return (Place::Name, Disagreement::Dropped, Some(dropped.at.clone()));
    }
    let elsewhere = record.enums.iter().find(|there| there.name == definition.name);
    let reads_the_same = |there: &&RecordedEnum| {
        there.schema == schema && letters(&there.name).eq(letters(definition.name))
    };
    if let (None, Some(there)) = (elsewhere, record.enums.iter().find(reads_the_same)) {
        let disagreement = Disagreement::NamedOtherwise { theirs: there.name.clone() };
        return (Place::Name, disagreement, Some(there.created.clone()));
    }
    let place = match (definition.schema, elsewhere) {
        (Some(_), Some(_)) => Place::Schema,
        _ => Place::Name,
    };
    let at = elsewhere.map(|there| there.created.clone());
    let elsewhere = elsewhere.map(|there| there.schema.clone());
    (place, Disagreement::NeverCreated { elsewhere }, at)
}

/// The columns that may hold retired labels, as far as the migrations say so.
fn retired(definition: Definition<'_>, there: &RecordedEnum, record: &Record) -> Vec<Found> {
    let mut found = Vec::new();
    if definition.retired.is_empty() {
        return found;
    }
    // Nothing is held against a table of which too little is known.
    let (holders, _) = holders(record, there);
    for (index, retired) in definition.retired.iter().enumerate() {
        let label = retired.label;
        if !there.labels.iter().any(|there| there.text == label) {
            continue;
        }
        let (mut allowed, mut not_validated) = (Vec::new(), Vec::new());
        for holder in &holders {
            let list = match holder.standing(label) {
                Standing::Forbidden => continue,
                Standing::NotValidated(_) => &mut not_validated,
                Standing::Allowed => &mut allowed,
            };
            let at = holder.at.clone().unwrap_or_else(|| there.created.clone());
            list.push((holder.to_string(), at));
        }
        let place = Place::Retired(index);
        let label = || label.to_owned();
        if let Some((_, at)) = allowed.first().cloned() {
            let disagreement = Disagreement::NotForbidden { label: label(), columns: allowed };
            found.push((place, disagreement, Some(at)));
        }
        if let Some((_, at)) = not_validated.first().cloned() {
            let columns = not_validated;
            let disagreement = Disagreement::NotValidated { label: label(), columns };
            found.push((place, disagreement, Some(at)));
        }
    }
    found
}

/// A name in lower case and without underscores: the parts that naming conventions change.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|&c| c != '_').flat_map(char::to_lowercase)
}

/// How the labels differ.
pub(crate) fn labels(definition: Definition<'_>, there: &RecordedEnum) -> Vec<Found> {
    let mut found = Vec::new();
    let Matched { positions, former, unclear, done: _ } = matched(definition, there);
    // Labels in the migrations that are matched with a label of the definition that has another name.
    let mut taken = Vec::new();
    let mut ours = Vec::new();
    for (index, &label) in definition.labels.iter().enumerate() {
        let place = Place::Label(index);
        if let Some(position) = positions[index] {
            ours.push((index, position));
            if let Some(position) = former[index] {
                taken.push(position);
                let was = &there.labels[position];
                let disagreement =
                    Disagreement::NotRenamed { label: label.to_owned(), was: was.text.clone() };
                found.push((place, disagreement, Some(was.at.clone())));
            }
            continue;
        }
        let twin = there.labels.iter().position(|theirs| {
            theirs.text.to_lowercase() == label.to_lowercase()
                && !definition.labels.contains(&&*theirs.text)
                && !has_a_hint(definition, &theirs.text)
        });
        match twin.filter(|position| !taken.contains(position)) {
            Some(position) => {
                taken.push(position);
                ours.push((index, position));
                let theirs = &there.labels[position];
                let disagreement =
                    Disagreement::CaseOnly { label: label.to_owned(), theirs: theirs.text.clone() };
                found.push((place, disagreement, Some(theirs.at.clone())));
            }
            None => {
                let unclaimed = Vec::new();
                let disagreement = Disagreement::Missing { label: label.to_owned(), unclaimed };
                found.push((place, disagreement, Some(there.created.clone())));
            }
        }
    }
    for cycle in unclear {
        let labels = cycle.iter().map(|&index| definition.labels[index].to_owned()).collect();
        let disagreement = Disagreement::Exchanged { labels };
        found.push((Place::Label(cycle[0]), disagreement, Some(there.created.clone())));
    }
    found.extend(out_of_order(definition, there, &ours));
    let mut extra = Vec::new();
    for (position, label) in there.labels.iter().enumerate() {
        if ours.iter().any(|(_, theirs)| *theirs == position) {
            continue;
        }
        match definition.removed.iter().position(|removed| removed.label == label.text) {
            Some(index) => {
                let disagreement = Disagreement::NotRemoved { label: label.text.clone() };
                found.push((Place::Removed(index), disagreement, Some(label.at.clone())));
            }
            None if label.accepted || definition.has_retired(&label.text) => {}
            None => extra.push(label.clone()),
        }
    }
    for (_, disagreement, _) in &mut found {
        if let Disagreement::Missing { unclaimed, .. } = disagreement {
            unclaimed.extend(extra.iter().map(|label| label.text.clone()));
        }
    }
    if let Some(first) = extra.first() {
        let at = Some(first.at.clone());
        found.push((Place::Name, Disagreement::Extra { labels: extra }, at));
    }
    found
}

/// Whether the definition says that a label was renamed, removed or retired.
fn has_a_hint(definition: Definition<'_>, label: &str) -> bool {
    definition.renamed.iter().any(|renamed| renamed.was == label)
        || definition.removed.iter().any(|removed| removed.label == label)
        || definition.has_retired(label)
}

/// The smallest set of labels that must move so that the rest are in order. `ours` pairs each label of the definition
/// with its position in the migrations.
fn out_of_order(
    definition: Definition<'_>,
    there: &RecordedEnum,
    ours: &[(usize, usize)],
) -> Vec<Found> {
    // The longest subsequence that is already in order, as a chain of predecessors.
    let mut longest: Vec<(usize, Option<usize>)> = Vec::with_capacity(ours.len());
    for (index, &(_, position)) in ours.iter().enumerate() {
        let before = (0..index)
            .filter(|&before| ours[before].1 < position)
            .max_by_key(|&before| (longest[before].0, core::cmp::Reverse(before)));
        longest.push((before.map_or(1, |before| longest[before].0 + 1), before));
    }
    let mut stays = alloc::vec![false; ours.len()];
    let mut end =
        (0..ours.len()).max_by_key(|&index| (longest[index].0, core::cmp::Reverse(index)));
    while let Some(index) = end {
        stays[index] = true;
        end = longest[index].1;
    }
    let moved = ours.iter().zip(stays).filter(|(_, stays)| !stays);
    moved
        .map(|(&(index, position), _)| {
            let after = position.checked_sub(1).map(|before| there.labels[before].text.clone());
            let label = definition.labels[index].to_owned();
            let at = Some(there.labels[position].at.clone());
            (Place::Label(index), Disagreement::Order { label, after }, at)
        })
        .collect()
}
