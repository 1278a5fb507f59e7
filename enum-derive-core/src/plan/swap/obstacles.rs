//! What cannot be carried over, found before any statement runs.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Fates, Obstacle, dropped_views, is_restored, trouble};
use crate::dependents::{Dependents, Held, Holds, Kind, Object};
use crate::drift::Unseen;
use crate::sql::swap::literals::{Fate, rewrite};
use crate::{Definition, Literal};

/// Why an object cannot be carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trouble {
    /// Rows hold a label that goes, and that nothing replaces.
    Held {
        /// The label.
        label: String,
        /// Their number.
        rows: u64,
    },
    /// It is not known whether rows hold such a label.
    Uncounted {
        /// The label.
        label: String,
        /// The reason.
        why: Unseen,
    },
    /// A column that is `NOT NULL` would get `NULL` for a label.
    NotNull {
        /// The label.
        label: String,
    },
    /// Its definition contains labels that go.
    Uses {
        /// The labels.
        labels: Vec<String>,
    },
    /// It is a default, and nothing replaces its label.
    Default {
        /// The label.
        label: String,
    },
    /// A column whose type cannot be changed.
    Column {
        /// The reason.
        why: String,
    },
    /// A generated column, whose expression cannot be changed in place.
    Generated,
    /// It belongs to an extension.
    Extension {
        /// The extension.
        name: String,
    },
    /// It belongs to a role whose privileges the current role has not.
    Owner {
        /// The role, as SQL.
        owner: String,
    },
    /// A privilege was granted by another role than the owner.
    Grantor,
    /// It has security labels.
    SecurityLabel,
    /// It is an incomplete index.
    Invalid,
    /// It has a state that a new one would not have.
    State {
        /// The state.
        what: &'static str,
    },
    /// It and others need one another.
    Circular,
    /// It is of a kind that is not supported.
    Kind,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, labels: &[String]| {
            for (index, label) in labels.iter().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                write!(f, "{comma}{}", Literal(label))?;
            }
            Ok(())
        };
        match self {
            Self::Held { label, rows } => write!(
                f,
                "holds the removed label {} in {rows} row{}, and nothing says what replaces it: add \
                 #[pg_enum(removed({label:?} => Variant))], or was = {label:?} if it was renamed",
                Literal(label),
                if *rows == 1 { "" } else { "s" }
            ),
            Self::Uncounted { label, why } => write!(
                f,
                "may hold the removed label {}, and its rows cannot be counted ({why}): add \
                 #[pg_enum(removed({label:?} => Variant))]",
                Literal(label)
            ),
            Self::NotNull { label } => write!(
                f,
                "is NOT NULL, and the removed label {} is replaced by NULL: replace it by a variant",
                Literal(label)
            ),
            Self::Uses { labels } => {
                f.write_str("uses ")?;
                list(f, labels)?;
                f.write_str(", which the change removes: change it in an earlier migration")
            }
            Self::Default { label } => write!(
                f,
                "is {}, which the change removes, and nothing says what replaces it: add \
                 #[pg_enum(removed({label:?} => Variant))], or change the default first",
                Literal(label)
            ),
            Self::Column { why } => write!(
                f,
                "cannot get another type because {why}: change the table in a hand-written migration"
            ),
            Self::Generated => f.write_str(
                "is generated from the type, and the server can change neither in place: drop the \
                 column in an earlier migration, and add it again in a later one",
            ),
            Self::Extension { name } => write!(
                f,
                "belongs to the extension {name}: drop the extension first, or remove the object from it"
            ),
            Self::Owner { owner } => {
                write!(f, "belongs to the role {owner}: connect as a member of that role")
            }
            Self::Grantor => f.write_str(
                "has privileges that were not granted by its owner: let the owner grant them",
            ),
            Self::SecurityLabel => {
                f.write_str("has a security label, which is not supported: remove it first")
            }
            Self::Invalid => f.write_str("is incomplete: drop it, or rebuild it with REINDEX"),
            Self::State { what } => write!(f, "{what}, which is not supported: change it first"),
            Self::Circular => f.write_str(
                "and others need one another, so they cannot be created again: replace one of them first",
            ),
            Self::Kind => f.write_str(
                "is of a kind that cannot be carried over: drop it in an earlier migration, and \
                 create it again in a later one",
            ),
        }
    }
}

/// All obstacles.
pub(super) fn obstacles(
    dependents: &Dependents,
    definition: Definition<'_>,
    fates: &Fates,
    held: &[Held],
) -> Vec<Obstacle> {
    let mut found = Vec::new();
    for Held { column, label, rows } in held {
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
