//! Tables whose rows are not read.

use alloc::string::String;
use core::fmt;

/// Why the rows were not searched.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unseen {
    /// The role may not read the column.
    Privilege,
    /// Row security may hide rows from the role, and would run its policies as the role.
    RowSecurity,
    /// An object of the table calls user-defined functions or operators, which would run as the role.
    Code {
        /// The object, as the server describes it: `index posts_idx`.
        of: String,
    },
    /// It is a foreign table: its rows are in another database.
    Foreign,
    /// The column's type contains the enum inside a composite type, a range or an array of arrays.
    Nested,
    /// The table is unlogged and the server is a standby, which does not have the rows.
    Standby,
    /// The plan is made without a database.
    NoDatabase,
}

/// The reason, as messages show it.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Privilege => f.write_str("SELECT is not granted"),
            Self::RowSecurity => f.write_str("row security may hide rows"),
            Self::Code { of } => write!(f, "{of} calls user-defined functions"),
            Self::Foreign => f.write_str("it is a foreign table"),
            Self::Nested => f.write_str("its type contains the enum"),
            Self::NoDatabase => f.write_str("there is no database"),
            Self::Standby => f.write_str("a standby does not have the rows of an unlogged table"),
        }
    }
}

impl Unseen {
    /// Reads the word of the query.
    pub(crate) fn parse(why: &str, what: &str) -> Self {
        match why {
            "privilege" => Self::Privilege,
            "row security" => Self::RowSecurity,
            "code" => Self::Code { of: what.into() },
            "foreign" => Self::Foreign,
            "standby" => Self::Standby,
            _ => Self::Nested,
        }
    }
}
