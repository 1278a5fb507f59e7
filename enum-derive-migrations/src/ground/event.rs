//! What happened to enums, in order.

use std::sync::Arc;

use super::Location;

/// The identity of a type through all its names. A type that is dropped and created again is another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(crate) usize);

/// One change to one enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Which enum.
    pub id: TypeId,
    /// The migration that did it: an index into [`Folder::migrations`](crate::folder::Folder).
    pub migration: usize,
    /// The statement, or the label in it.
    pub at: Location,
    /// What changed.
    pub change: Change,
}

/// What happened to an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// It was created.
    Created {
        /// In this schema.
        schema: Arc<str>,
        /// Under this name.
        name: Arc<str>,
        /// With these labels.
        labels: Vec<Arc<str>>,
    },
    /// A label was added.
    LabelAdded {
        /// The label.
        label: Arc<str>,
        /// On which side of which other label; without one, at the end.
        position: Option<(Side, Arc<str>)>,
    },
    /// A label was renamed.
    LabelRenamed {
        /// What it was.
        from: Arc<str>,
        /// What it is now.
        to: Arc<str>,
    },
    /// The rows of `pg_enum` were written by hand.
    Rewritten {
        /// The labels after that.
        labels: Vec<Arc<str>>,
    },
    /// The type got another name.
    Renamed {
        /// The new name.
        to: Arc<str>,
    },
    /// The type went to another schema, or its schema got another name.
    Moved {
        /// The new schema.
        to: Arc<str>,
    },
    /// The type was dropped.
    Dropped,
}

/// On which side of another label `ADD VALUE` puts a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `BEFORE`
    Before,
    /// `AFTER`
    After,
}

/// What `DROP TYPE … CASCADE` drops with an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Taken {
    /// The event that drops the enum: an index into [`Replay::events`](crate::Replay::events).
    pub event: usize,
    /// The schema of the table or view.
    pub schema: Arc<str>,
    /// Its name.
    pub relation: Arc<str>,
    /// The column of a table; of a view, all of it goes.
    pub column: Option<Arc<str>>,
}
