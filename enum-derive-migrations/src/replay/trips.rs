//! What comes of migrations that are taken back.

use super::state::EnumState;
use crate::ground::{Finding, Location, Taken};

/// What comes of a migration that is taken back right after it has been applied, and then applied again.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RoundTrip {
    /// The migration: an index into [`Folder::migrations`](crate::folder::Folder).
    pub migration: usize,
    /// The enums that differ after the way down from what they were before the migration.
    pub left: Vec<Changed>,
    /// What is to be said of the way down: what the server would refuse, and what cannot be known.
    pub down: Vec<Finding>,
    /// What `DROP TYPE … CASCADE` on the way down drops with enums: where, and what.
    pub taken: Vec<(Location, Taken)>,
    /// The enums that differ after the migration is applied again from what they were after the first time. Empty if it
    /// was not taken back.
    pub differs: Vec<Changed>,
    /// What is to be said of the second way up. What cannot be known of the first is not said again.
    pub again: Vec<Finding>,
    /// Whether all of this is certain.
    pub known: bool,
}

/// An enum that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// The schema that it is in.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// The enum that had this name before; `None` if there was none.
    pub before: Option<EnumState>,
    /// The enum that has this name now; `None` if there is none.
    pub after: Option<EnumState>,
}
