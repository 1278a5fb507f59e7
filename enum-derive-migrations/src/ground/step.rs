//! What a migration in another language than SQL does.

use super::{Location, Script};

/// One thing that a migration in another language than SQL does, as a reader of that language tells it
/// ([`Options::read_code`](crate::Options::read_code)).
#[derive(Debug, Clone)]
pub enum Step {
    /// It sends SQL.
    Sql(Script),
    /// What it does is not known.
    Unknown {
        /// Where.
        at: Location,
        /// Why, in one line: lowercase, without a full stop.
        message: String,
    },
    /// It changes tables in a way that is not told. Enums stay what they are.
    Tables {
        /// Where.
        at: Location,
    },
}
