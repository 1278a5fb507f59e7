//! The differences between a definition and the migrations.

pub(crate) mod compare;
pub(crate) mod message;
pub(crate) mod renames;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

pub use self::compare::divergences;
pub use self::renames::exchanged;
use crate::record::{Origin, RecordedLabel};
use crate::violation::Place;

/// One difference between a definition and the migrations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The part of the definition that differs, as in [`Violation`](crate::Violation).
    pub place: Place,
    /// What differs.
    pub disagreement: Disagreement,
    /// The type, as messages show it.
    pub type_name: String,
    /// The place in a migration that differs, if there is one.
    pub at: Option<Origin>,
}

/// How a definition and the migrations differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Disagreement {
    /// No migration creates the type.
    NeverCreated {
        /// Another schema in which they create a type with that name.
        elsewhere: Option<String>,
    },
    /// No migration creates the type, but one creates a type with a similar name: `CREATE TYPE DraftStatus` creates
    /// `draftstatus`, while the enum may be called `draft_status`.
    NamedOtherwise {
        /// The name in the migrations.
        theirs: String,
    },
    /// A migration drops the type.
    Dropped,
    /// No migration renames the type to its present name.
    TypeNotRenamed {
        /// The type under its former name, as messages show it.
        was: String,
    },
    /// No migration moves the type to its schema.
    TypeNotMoved {
        /// The type in its former schema, as messages show it.
        was: String,
        /// The schema in the definition.
        schema: String,
    },
    /// No migration adds the label.
    Missing {
        /// The label.
        label: String,
        /// The labels in the migrations that no variant has. The missing label may be a new name for one of them.
        unclaimed: Vec<String>,
    },
    /// The migrations have a label that differs only by case.
    CaseOnly {
        /// The label.
        label: String,
        /// The label in the migrations.
        theirs: String,
    },
    /// The definition says that the label was renamed, and no migration renames it.
    NotRenamed {
        /// The label.
        label: String,
        /// The former name, which the migrations still have.
        was: String,
    },
    /// The definition says that the label is removed, and no migration removes it.
    NotRemoved {
        /// The label.
        label: String,
    },
    /// The label is retired, and no migration forbids it in these columns.
    NotForbidden {
        /// The label.
        label: String,
        /// The columns, as messages show them, each with its place.
        columns: Vec<(String, Origin)>,
    },
    /// The label is retired, and no migration validates the checks that forbid it in these columns.
    NotValidated {
        /// The label.
        label: String,
        /// The columns, as messages show them, each with its place.
        columns: Vec<(String, Origin)>,
    },
    /// The migrations have labels that the definition does not have.
    Extra {
        /// The labels.
        labels: Vec<RecordedLabel>,
    },
    /// The definition says that labels exchange their names, and the order of these labels in the migrations is neither
    /// that before nor that after, so nothing says whether they have done so.
    Exchanged {
        /// The labels.
        labels: Vec<String>,
    },
    /// The migrations have the label at another position.
    Order {
        /// The label.
        label: String,
        /// The label that comes before it in the migrations; `None` if it comes first there.
        after: Option<String>,
    },
}

impl Disagreement {
    /// A short, stable name, for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NeverCreated { .. } => "never-created",
            Self::NamedOtherwise { .. } => "named-otherwise",
            Self::Dropped => "dropped",
            Self::TypeNotRenamed { .. } => "type-not-renamed",
            Self::TypeNotMoved { .. } => "type-not-moved",
            Self::Missing { .. } => "missing",
            Self::CaseOnly { .. } => "case-only",
            Self::NotRenamed { .. } => "not-renamed",
            Self::NotRemoved { .. } => "not-removed",
            Self::NotForbidden { .. } => "retired-not-forbidden",
            Self::NotValidated { .. } => "retired-not-validated",
            Self::Extra { .. } => "extra",
            Self::Exchanged { .. } => "exchanged",
            Self::Order { .. } => "order",
        }
    }
}

impl Divergence {
    /// What [`Record::accept`](crate::record::Record::accept) takes to accept the labels that the definition lacks; nothing if it lacks none.
    ///
    /// ```
    /// # use pg_enum_core::divergence::divergences;
    /// # use pg_enum_core::record::Record;
    /// # use pg_enum_core::Definition;
    /// let text = "pg-enum record 1\ndefault\tpublic\nenum\tpublic\tmood\tknown\t1.sql\t1\n\
    ///             label\tsad\t1.sql\t1\nlabel\tlegacy\t1.sql\t1\n";
    /// let record = Record::parse(text).unwrap();
    /// let found = divergences(Definition::new("mood", &["sad"]), &record);
    /// assert_eq!(found[0].acceptable(), ["public.mood:legacy"]);
    /// ```
    #[must_use]
    pub fn acceptable(&self) -> Vec<String> {
        let labels = match &self.disagreement {
            Disagreement::Extra { labels } => labels.as_slice(),
            _ => &[],
        };
        labels.iter().map(|label| alloc::format!("{}:{}", self.type_name, label.text)).collect()
    }
}
