//! The reasons why a label cannot be retired.

use alloc::string::String;
use core::fmt;

use crate::Literal;
use crate::retire::UnsureTable;

/// Why a label cannot be retired.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unretirable {
    /// It is not known which columns hold the type.
    Unsure {
        /// The table.
        table: UnsureTable,
    },
    /// A column holds the type inside another one, where a check cannot forbid a label.
    Inside {
        /// The column, as messages show it.
        column: String,
        /// The label.
        label: String,
    },
    /// The default of a column is the label, and nothing says what replaces it.
    Default {
        /// The column, as messages show it.
        column: String,
        /// The label.
        label: String,
        /// Whether the default can follow a replacement: not if it is an array.
        can_follow: bool,
    },
    /// The label is replaced by `NULL` in a column that is `NOT NULL`.
    NotNull {
        /// The column, as messages show it.
        column: String,
        /// The label.
        label: String,
    },
    /// Rows hold the label, and nothing says what replaces it.
    Held {
        /// The column, as messages show it.
        column: String,
        /// The label.
        label: String,
    },
}

impl Unretirable {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Unsure { .. } => "unsure-table",
            Self::Inside { .. } => "held-inside",
            Self::Default { .. } => "retired-default",
            Self::NotNull { .. } => "retired-not-null",
            Self::Held { .. } => "retired-in-use",
        }
    }
}

impl fmt::Display for Unretirable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsure { table: UnsureTable { table, at, reason } } => {
                match table {
                    Some(table) => write!(f, "whether {table} holds the type is not known")?,
                    None => f.write_str("which tables hold the type is not known")?,
                }
                match at {
                    Some(at) => write!(f, " ({at}: {reason})")?,
                    None => write!(f, " ({reason})")?,
                }
                f.write_str(
                    ": run `cargo pg-enum generate --database-url URL`, which reads the columns \
                     from a database, or add a comment `-- pg-enum: assume …;` to that migration",
                )
            }
            Self::Inside { column, label } => write!(
                f,
                "{column} holds the type inside another type, where a CHECK cannot forbid the \
                 retired label {}: write `removed` instead of `retired`, or change the column in an \
                 earlier migration",
                Literal(label)
            ),
            Self::Default { column, label, can_follow } => {
                write!(
                    f,
                    "the default of {column} is the retired label {}: change it in an earlier \
                     migration",
                    Literal(label)
                )?;
                if *can_follow {
                    write!(f, ", or add #[pg_enum(retired({label:?} => Variant))]")?;
                }
                Ok(())
            }
            Self::NotNull { column, label } => write!(
                f,
                "{column} is NOT NULL, and the retired label {} is replaced by NULL: replace it by \
                 a variant",
                Literal(label)
            ),
            Self::Held { column, label } => write!(
                f,
                "rows hold the retired label {} in {column}: update them, or add \
                 #[pg_enum(retired({label:?} => Variant))], which updates them in the migration",
                Literal(label)
            ),
        }
    }
}
