//! What cannot be carried over, found before any statement runs.

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{
    Fates, Obstacle, Superfluous, Trouble, dropped_views, is_domain, is_restored, trouble,
};
use crate::Definition;
use crate::dependent::{Dependents, Held, Holds, Kind, Object};
use crate::sql::swap::literals::{Fate, rewrite};
use crate::unseen::Unseen;

/// All obstacles.
pub(super) fn obstacles(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    held: &[Held],
    superfluous: &Superfluous<'_>,
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    // Rows of other labels are counted for the reader alone.
    for Held { column, label, rows } in
        held.iter().filter(|held| fates.of(&held.label) == Fate::Gone)
    {
        let label = label.clone();
        match rows {
            // Without a database, the block itself counts them.
            Ok(0) | Err(Unseen::NoDatabase) => {}
            Ok(rows) => found.push(trouble(column, Trouble::Held { label, rows: *rows })),
            Err(why) => found.push(trouble(column, Trouble::Uncounted { label, why: why.clone() })),
        }
    }
    let dropped = dropped_views(dependents);
    let is_function = |object: &&Object| matches!(object.kind, Kind::Function { .. });
    let functions: BTreeSet<&str> =
        dependents.objects.iter().filter(is_function).map(|object| &*object.key).collect();
    for object in dependents.objects.iter().chain([&dependents.target]) {
        let restored = is_restored(object, &dropped) && !superfluous.has(object);
        let mut add = |what: Trouble| found.push(trouble(&object.described, what));
        common(object, restored, &mut add);
        of_kind(object, definition, fates, restored, &mut add);
        let uses = |text: &str| rewrite(text, &dependents.target.name, |label| fates.of(label));
        let default = match &object.kind {
            Kind::Default if !restored => Some(&object.definition),
            Kind::Domain { default, .. } => default.as_ref(),
            _ => None,
        };
        let more = match &object.kind {
            Kind::Policy { using, check, .. } => [using.as_ref(), check.as_ref()],
            Kind::Column { generated: Some(generated), .. } => [Some(&generated.expression), None],
            _ => [None; 2],
        };
        let all: Vec<_> = more.into_iter().flatten().chain([&object.definition]).collect();
        let distinct = |labels: Vec<String>| {
            labels.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        let written = default.into_iter().chain(all.iter().copied().filter(|_| restored));
        let labels = distinct(written.flat_map(|text| uses(text).unclear).collect());
        if !labels.is_empty() {
            add(Trouble::Texts { labels });
        }
        let gone = default.and_then(|default| uses(default).gone.into_iter().next());
        match gone {
            Some(label) => add(Trouble::Default { label }),
            None if restored => {
                let labels =
                    distinct(all.into_iter().flat_map(|text| uses(text).removed).collect());
                if !labels.is_empty() {
                    add(Trouble::Uses { labels });
                }
            }
            None => {}
        }
        if is_domain(object) && object.needs.iter().any(|key| functions.contains(&**key)) {
            add(Trouble::NeedsFunction);
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
        Kind::Column { holds: Holds::Scalar, not_null: true, generated: None, .. }
        | Kind::Domain { not_null: true, .. } => refuse_null(definition, fates, add),
        Kind::DomainConstraint { of_type, of_replaced: true, .. } if of_type == "n" => {
            refuse_null(definition, fates, add);
        }
        Kind::Index { is_valid: false, .. } if restored => add(Trouble::Invalid),
        Kind::Constraint { is_disabled: true, .. } if restored => {
            add(Trouble::State { what: "has disabled triggers" });
        }
        Kind::Constraint { is_marked: true, .. } if restored => {
            add(Trouble::State {
                what: "has an index with CLUSTER, the replica identity, options or a tablespace",
            });
        }
        Kind::ViewColumn { has_options: true, .. } => {
            add(Trouble::State { what: "has options or a storage of its own" });
        }
        Kind::Other | Kind::Publication { columns: None, .. } => add(Trouble::Kind),
        _ => {}
    }
}

/// Labels that `NULL` replaces, where no value may be `NULL`.
fn refuse_null(definition: Definition<'_>, fates: &Fates, add: &mut impl FnMut(Trouble)) {
    for removed in definition.removed {
        if fates.of(removed.label) == Fate::Replaced(None) {
            add(Trouble::NotNull { label: removed.label.to_string() });
        }
    }
}
