//! The comparison of definitions with a database.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::{Column, Drift, Found, LiveEnum, State, Verdict, fix};
use crate::Definition;
use crate::divergence::Disagreement;
use crate::divergence::compare::labels;
use crate::record::RecordedEnum;
use crate::retire::Standing;
use crate::violation::Place;

/// All differences between `definitions` and a database, definition by definition.
///
/// `found` is the result of [`query`](super::query) for the same definitions.
#[must_use]
pub fn drifts(definitions: &[Definition<'_>], found: &[Found]) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for here in found.iter().filter(|found| found.number % 2 == 0) {
        let index = here.number / 2;
        let Some(&definition) = definitions.get(index) else { continue };
        let former = found.iter().find(|found| {
            found.number == here.number + 1
                && matches!(found.state, State::Enum(_))
                && (found.schemas.len() == 1 || found.schemas.first() == here.schemas.first())
        });
        let definition = in_first(definition, here);
        let verdicts = verdicts(definition, &here.state, former);
        let lacks =
            |(_, verdict): &(Place, Verdict)| matches!(verdict, Verdict::LabelMissing { .. });
        let missing = match &here.state {
            State::Enum(live) if verdicts.iter().any(lacks) => fix::missing(definition, live),
            _ => Vec::new(),
        };
        for (place, verdict) in verdicts {
            drifts.push(Drift {
                definition: index,
                place,
                schemas: here.schemas.clone(),
                fix: fix::fix(definition, here, former, &verdict, &missing),
                verdict,
                name: definition.name.to_owned(),
                role: here.role.clone(),
            });
        }
    }
    drifts
}

/// The definition, in the first of the schemas.
fn in_first<'a>(definition: Definition<'a>, found: &'a Found) -> Definition<'a> {
    match found.schemas.first() {
        Some(schema) => definition.in_schema(schema),
        None => definition,
    }
}

fn verdicts(
    definition: Definition<'_>,
    state: &State,
    former: Option<&Found>,
) -> Vec<(Place, Verdict)> {
    let live = match state {
        State::Missing { schema_exists, elsewhere } => {
            let verdict = match former {
                Some(found) => Verdict::NotRenamed { was: fix::former_sql(definition, found) },
                None if elsewhere.is_empty() => Verdict::Missing { schema_exists: *schema_exists },
                None => Verdict::WrongSchema { elsewhere: elsewhere.clone() },
            };
            return [(Place::Name, verdict)].into();
        }
        State::Other { kind } => {
            return [(Place::Name, Verdict::WrongKind { kind: kind.clone() })].into();
        }
        State::Enum(live) => live,
    };
    let mut verdicts = Vec::new();
    if !live.schema_usage {
        verdicts.push((Place::Name, Verdict::NotVisible));
    } else if !live.usage {
        verdicts.push((Place::Name, Verdict::NoUsage));
    }
    if let Some(by) = &live.hidden_by {
        verdicts.push((Place::Name, Verdict::Hidden { by: by.clone() }));
    }
    for (place, disagreement, _) in labels(definition, &live.recorded(definition)) {
        let verdict = match disagreement {
            Disagreement::Missing { label, .. } => Verdict::LabelMissing { label },
            Disagreement::CaseOnly { label, theirs } => Verdict::CaseOnly { label, theirs },
            Disagreement::NotRenamed { label, was } => Verdict::LabelNotRenamed { label, was },
            Disagreement::Exchanged { labels } => Verdict::Exchanged { labels },
            Disagreement::Order { label, after } => Verdict::Order { label, after },
            Disagreement::NotRemoved { label } => {
                let before = verdicts.len();
                verdicts.extend(in_rows(live, &label, false).map(|verdict| (place, verdict)));
                if verdicts.len() == before {
                    verdicts.push((place, Verdict::LabelExtra { label, removed: true }));
                }
                continue;
            }
            Disagreement::Extra { labels } => {
                verdicts.extend(labels.into_iter().map(|label| {
                    (place, Verdict::LabelExtra { label: label.text, removed: false })
                }));
                continue;
            }
            // The others are about migrations or about the type.
            _ => continue,
        };
        verdicts.push((place, verdict));
    }
    verdicts.extend(retired(definition, live));
    // Renames come first, because a new label may be placed next to a renamed one. The sort is stable.
    let renames = |verdict: &Verdict| {
        matches!(verdict, Verdict::CaseOnly { .. } | Verdict::LabelNotRenamed { .. })
    };
    verdicts.sort_by_key(|(_, verdict)| !renames(verdict));
    verdicts
}

/// What is known of the rows that contain a label.
fn in_rows(live: &LiveEnum, label: &str, is_retired: bool) -> impl Iterator<Item = Verdict> {
    let holding = live.in_use.iter().filter(|(held, _)| *held == label);
    let held: Vec<Column> = holding.map(|(_, column)| column.clone()).collect();
    let unseen = live.unseen.iter().filter(|(of, ..)| *of == label);
    let unseen: Vec<_> = unseen.map(|(_, column, why)| (column.clone(), why.clone())).collect();
    let text = || label.to_owned();
    let in_use =
        (!held.is_empty()).then(|| Verdict::InUse { label: text(), is_retired, columns: held });
    let unseen = (!unseen.is_empty()).then(|| Verdict::RowsUnseen {
        label: text(),
        is_retired,
        columns: unseen,
    });
    in_use.into_iter().chain(unseen)
}

/// The columns that may hold retired labels, and the rows that do.
fn retired(definition: Definition<'_>, live: &LiveEnum) -> Vec<(Place, Verdict)> {
    let mut verdicts = Vec::new();
    for (index, retired) in definition.retired.iter().enumerate() {
        let label = retired.label;
        if !live.labels.iter().any(|there| there == label) {
            continue;
        }
        let (mut allowed, mut not_validated) = (Vec::new(), Vec::new());
        for holder in &live.holders {
            match holder.standing(label) {
                Standing::Forbidden => {}
                Standing::NotValidated(_) => not_validated.push(holder.clone()),
                Standing::Allowed => allowed.push(holder.clone()),
            }
        }
        let place = Place::Retired(index);
        let text = || label.to_owned();
        if !allowed.is_empty() {
            verdicts.push((place, Verdict::NotForbidden { label: text(), columns: allowed }));
        }
        if !not_validated.is_empty() {
            let columns = not_validated;
            verdicts.push((place, Verdict::NotValidated { label: text(), columns }));
        }
        verdicts.extend(in_rows(live, label, true).map(|verdict| (place, verdict)));
    }
    verdicts
}

impl LiveEnum {
    /// The same as a type that migrations create, so that one comparison serves both.
    pub(super) fn recorded(&self, definition: Definition<'_>) -> RecordedEnum {
        RecordedEnum::in_database(
            definition.schema.unwrap_or_default(),
            definition.name,
            &self.labels,
        )
    }
}
