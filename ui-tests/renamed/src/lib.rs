//! The derive under another name: no path of the generated code may begin with `::pg_enum`, nor
//! with `::std`.

#![no_std]
#![forbid(unsafe_code, unused_qualifications)]
#![deny(missing_docs)]

use enums::PgEnum;

/// The state of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(crate = enums, impl(Display, FromStr))]
#[pg_enum(removed("legacy" => Done, "lost" => NULL))]
pub enum DraftStatus {
    /// Being written.
    #[pg_enum(was = "streaming")]
    Draft,
    /// Written.
    #[pg_enum(alias = "complete")]
    Done,
}

/// A call.
#[derive(Debug, Clone, enums::PgModel)]
#[pg_model(table = "calls", crate = enums)]
pub struct Call {
    /// An enum.
    pub draft: Option<DraftStatus>,
}

#[cfg(test)]
mod tests {
    use enums::{PgEnum, PgModel};

    use super::{Call, DraftStatus};

    #[test]
    fn the_path_is_that_of_the_attribute_of_a_model() {
        assert_eq!(Call::COLUMNS_SQL, "draft");
    }

    #[test]
    fn the_path_is_that_of_the_attribute() {
        assert_eq!(DraftStatus::NAME_SQL, "draft_status");
        assert_eq!(DraftStatus::Draft.label(), "Draft");
        assert_eq!("complete".parse(), Ok(DraftStatus::Done));
        assert_eq!(DraftStatus::DEFINITION.removed.len(), 2);
    }
}
