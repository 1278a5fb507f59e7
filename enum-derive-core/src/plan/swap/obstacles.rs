//! What cannot be carried over, found before any statement runs.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::{Fates, Obstacle, Trouble, dropped_views, is_restored, trouble};
use crate::Definition;
use crate::dependent::{Dependents, Held, Holds, Kind, Object};
use crate::sql::swap::literals::{Fate, rewrite};

/// All obstacles.
pub(super) fn obstacles(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    held: &[Held],
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    // Rows of other labels are counted for the reader alone.
    for Held { column, label, rows } in
        held.iter().filter(|held| fates.of(&held.label) == Fate::Gone)
    {
        let label = label.clone();
        match rows {
            Ok(0) => {}
            Ok(rows) => found.push(trouble(column, Trouble::Held { label, rows: *rows })),
            Err(why) => found.push(trouble(column, Trouble::Uncounted { label, why: why.clone() })),
        }
    }
    let dropped = dropped_views(dependents);
    for object in dependents.objects.iter().chain([&dependents.target]) {
        let restored = is_restored(object, &dropped);
        let mut add = |what: Trouble| found.push(trouble(&object.described, what));
        common(object, restored, &mut add);
        of_kind(object, definition, fates, restored, &mut add);
        let is_default = matches!(object.kind, Kind::Default) && !restored;
        let uses = rewrite(&object.definition, &dependents.target.name, |label| fates.of(label));
        match uses.gone.first() {
            Some(label) if is_default => add(Trouble::Default { label: label.clone() }),
            _ if restored => {
                let mut labels = uses.removed;
                if let Kind::Policy { using, check, .. } = &object.kind {
                    for text in using.iter().chain(check) {
                        let of = |label: &str| fates.of(label);
                        labels.extend(rewrite(text, &dependents.target.name, of).removed);
                    }
                }
                labels.sort();
                labels.dedup();
                if !labels.is_empty() {
                    add(Trouble::Uses { labels });
                }
            }
            _ => {}
        }
    }
    found
}

/// What any object may have.
fn common(object: &Object, restored: bool, add: &mut impl FnMut(Trouble)) {
    if let Some(name) = &object.extension {
        add(Trouble::Extension { name: name.clone() });
    }
    if !object.owned {
        let owner = object.owner.clone().unwrap_or_default();
        add(Trouble::Owner { owner });
    }
    let is_target = matches!(object.kind, Kind::Type);
    if (restored || is_target) && object.has_security_label {
        add(Trouble::SecurityLabel);
    }
    if (restored || is_target) && object.granted.iter().any(|grant| grant.by_another) {
        add(Trouble::Grantor);
    }
}

fn of_kind(
    object: &Object,
    definition: Definition<'_>,
    fates: &Fates,
    restored: bool,
    add: &mut impl FnMut(Trouble),
) {
    match &object.kind {
        Kind::Column { refused: Some(why), .. } | Kind::Attribute { refused: Some(why), .. } => {
            add(Trouble::Column { why: why.clone() });
        }
        Kind::Column { holds: Holds::Other, .. } => {
            add(Trouble::Column { why: "its type contains the enum".to_string() });
        }
        Kind::Column { holds: Holds::Scalar, not_null: true, .. } => {
            for removed in definition.removed {
                if fates.of(removed.label) == Fate::Replaced(None) {
                    add(Trouble::NotNull { label: removed.label.to_string() });
                }
            }
        }
        Kind::Generated => add(Trouble::Generated),
        Kind::Index { is_valid: false, .. } if restored => add(Trouble::Invalid),
        Kind::Constraint { is_disabled: true, .. } if restored => {
            add(Trouble::State { what: "has disabled triggers" });
        }
        Kind::Constraint { is_marked: true, .. } if restored => {
            add(Trouble::State { what: "has an index for CLUSTER or the replica identity" });
        }
        Kind::ViewColumn { has_options: true, .. } => {
            add(Trouble::State { what: "has options or a storage of its own" });
        }
        Kind::Other | Kind::Publication { columns: None, .. } => add(Trouble::Kind),
        _ => {}
    }
}
