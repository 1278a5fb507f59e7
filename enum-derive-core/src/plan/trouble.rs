//! The reasons why something that depends on a type cannot be carried over to a new one.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::Literal;
use crate::display::from_fn;
use crate::unseen::Unseen;

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
    /// Its definition makes values of the type of texts, and contains labels that change as text.
    Texts {
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
    /// A domain, or a constraint of one, that uses a function which is dropped and created again.
    NeedsFunction,
    /// It uses another type as well, which gets another name in the same change.
    RenamedToo {
        /// The other type.
        type_name: String,
    },
    /// It needs a database, because what the migrations say of it is not certain or not enough.
    NeedsDatabase {
        /// The reason, with the place in the migrations.
        why: String,
    },
    /// It belongs to an extension.
    Extension {
        /// The extension.
        name: String,
    },
    /// It belongs to a role whose privileges the current role does not have.
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
    /// It cannot be replaced while the application runs.
    Online {
        /// The reason.
        why: String,
    },
    /// A trigger that an update of each row would fire.
    Fired {
        /// The trigger.
        trigger: String,
    },
    /// An online change to something else was interrupted.
    Begun,
}

/// The labels as literals.
fn list(labels: &[String]) -> impl fmt::Display {
    from_fn(move |f| {
        for (index, label) in labels.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", Literal(label))?;
        }
        Ok(())
    })
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
            Self::Uses { labels } => write!(
                f,
                "uses {}, which the change removes: change it in an earlier migration",
                list(labels)
            ),
            Self::Texts { labels } => write!(
                f,
                "converts text to the type, and contains {}, which the change removes or renames, as text: change it in \
                 an earlier migration",
                list(labels)
            ),
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
            Self::NeedsFunction => f.write_str(
                "uses a function of the type, which is created after the domain: remove it in an \
                 earlier migration, and add it again in a later one",
            ),
            Self::RenamedToo { type_name } => write!(
                f,
                "uses the type {type_name} as well, which gets another name in the same change: \
                 rename it in an earlier migration"
            ),
            Self::NeedsDatabase { why } => write!(
                f,
                "{why}: run `cargo pg-enum generate --database-url URL`, which reads from a database what depends on \
                 the type"
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
            Self::Online { why } => write!(
                f,
                "cannot be changed online because {why}: replace the type in a migration, with \
                 `cargo pg-enum generate --database-url URL`, which rewrites the tables of the type while their readers \
                 and writers wait"
            ),
            Self::Fired { trigger } => write!(
                f,
                "has the trigger {}, which the update of each row would fire: connect as a role that may set \
                 session_replication_role, or add --fire-triggers if that does no harm",
                crate::VisibleIdent(trigger)
            ),
            Self::Begun => f.write_str(
                "is from an online change that was interrupted, and does not fit this one: remove it with \
                 `cargo pg-enum online --abort`",
            ),
            Self::Kind => f.write_str(
                "is of a kind that cannot be carried over: drop it in an earlier migration, and \
                 create it again in a later one",
            ),
        }
    }
}
