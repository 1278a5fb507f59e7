//! Why a model is not compared with any table.

use std::fmt;

use pg_enum_core::VisibleIdent;

use crate::text::{list, visible};

/// Folders that are named.
const FOLDERS: usize = 3;

/// Why a model is not compared. `Display` gives it as a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Something of it is not understood; in words.
    NotUnderstood(String),
    /// No query that stands in the source as a literal, about one table alone, returns it.
    NoQuery,
    /// It names no `table!` block.
    NoName,
    /// The block that it names is not found.
    NoBlock {
        /// The name of the block.
        name: String,
    },
    /// Which of several of its name is compiled depends on the configuration.
    Conditional,
    /// The package has a driver for another database alone, which is this one.
    OtherDatabase(&'static str),
    /// Something other than the migrations creates its table.
    External,
    /// Its columns are of several tables, which `PgModel` names field by field.
    Joined,
    /// No folder of migrations is found.
    NoFolder,
    /// No migration creates the table.
    NoTable {
        /// The table.
        table: String,
        /// A table with a similar name.
        nearest: Option<String>,
    },
    /// Several schemas have a table of that name.
    SeveralTables {
        /// The name.
        table: String,
    },
    /// Several folders have the table, and none as the model has it.
    SeveralFolders {
        /// The folders, each with what names it.
        folders: Vec<String>,
    },
    /// A model of its file and one in another file have a table of one `MetaData`, so that only one of the files is in use.
    SeveralModels {
        /// The table.
        table: String,
        /// The model in the other file.
        other: String,
    },
    /// Its columns, or whether it is there at all, cannot be told.
    Unknown {
        /// The table.
        table: String,
        /// Why, in words, with the place.
        why: String,
    },
    /// A migration is refused; in words, with the place.
    Uncertain(String),
}

impl Reason {
    /// A short name that does not change.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotUnderstood(_) => "not-understood",
            Self::NoQuery => "no-query",
            Self::NoName => "no-name",
            Self::NoBlock { .. } => "no-block",
            Self::Conditional => "conditional",
            Self::OtherDatabase(_) => "other-database",
            Self::External => "external",
            Self::Joined => "joined",
            Self::NoFolder => "no-folder",
            Self::NoTable { .. } => "no-table",
            Self::SeveralTables { .. } => "more-than-one-table",
            Self::SeveralFolders { .. } => "more-than-one-folder",
            Self::SeveralModels { .. } => "more-than-one-model",
            Self::Unknown { .. } => "unknown-table",
            Self::Uncertain(_) => "uncertain",
        }
    }

    /// What is counted under the code, in words to follow on a number.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::NotUnderstood(_) => "not understood",
            Self::NoQuery => "without a query that tells the table",
            Self::NoName => "without the name of a `table!`",
            Self::NoBlock { .. } => "without their `table!`",
            Self::Conditional => "selected by `cfg`",
            Self::OtherDatabase(_) => "for another database",
            Self::External => "created outside the migrations",
            Self::Joined => "of several tables, which the build compares",
            Self::NoFolder => "without a folder of migrations",
            Self::NoTable { .. } => "without a table of that name",
            Self::SeveralTables { .. } => "with a table in more than one schema",
            Self::SeveralFolders { .. } => "with a table in more than one folder",
            Self::SeveralModels { .. } => "in a file that another one excludes",
            Self::Unknown { .. } => "with a table that is unknown",
            Self::Uncertain(_) => "uncertain",
        }
    }

    /// The table that is unknown.
    pub(crate) fn table(&self) -> Option<&str> {
        match self {
            Self::Unknown { table, .. } => Some(table),
            _ => None,
        }
    }

    /// Whether one line says both.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown { why, .. }, Self::Unknown { why: other, .. }) => why == other,
            _ => self == other,
        }
    }

    /// Whether the model was looked for, and neither a folder nor a table was found for it.
    pub(crate) fn is_nothing_found(&self) -> bool {
        matches!(self, Self::NoFolder | Self::NoTable { .. })
    }

    /// Whether a column of the model may be NULL where it reads none all the same.
    pub(crate) fn is_open(&self) -> bool {
        !matches!(self, Self::OtherDatabase(_) | Self::NoTable { .. } | Self::NoName)
    }

    /// Whether a person has to know of this model in particular.
    pub(crate) fn is_worth_a_line(&self) -> bool {
        match self {
            Self::NoTable { nearest, .. } => nearest.is_some(),
            Self::NoQuery
            | Self::NoName
            | Self::OtherDatabase(_)
            | Self::External
            | Self::Joined
            | Self::NoFolder
            | Self::NotUnderstood(_) => false,
            Self::NoBlock { .. }
            | Self::Conditional
            | Self::SeveralTables { .. }
            | Self::SeveralFolders { .. }
            | Self::SeveralModels { .. }
            | Self::Unknown { .. }
            | Self::Uncertain(_) => true,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnderstood(why) => f.write_str(&visible(why)),
            Self::NoQuery => f.write_str(
                "no `query_as` with a literal query of one table alone returns it, so that its table is unknown",
            ),
            Self::NoName => f.write_str("it names no `table!`"),
            Self::NoBlock { name } => write!(f, "no `table!` declares {}", VisibleIdent(name)),
            Self::Conditional => f.write_str("`cfg` selects one of several of this name"),
            Self::OtherDatabase(database) => {
                write!(f, "its package has a driver for {database} and none for PostgreSQL")
            }
            Self::External => f.write_str("something other than the migrations creates its table"),
            Self::Joined => {
                f.write_str("it is a row of several tables, which a build compares with the migrations")
            }
            Self::NoFolder => f.write_str("no folder of migrations is found"),
            Self::NoTable { table, nearest } => {
                write!(f, "no migration creates the table {}", visible(table))?;
                match nearest {
                    Some(nearest) => write!(f, ", the nearest is {}", visible(nearest)),
                    None => Ok(()),
                }
            }
            Self::SeveralTables { table } => {
                write!(f, "more than one schema has a table {}", VisibleIdent(table))
            }
            Self::SeveralFolders { folders } => {
                let folders = list(folders.iter().cloned(), FOLDERS);
                write!(f, "more than one folder has its table, and none as it is: {folders}")
            }
            Self::SeveralModels { table, other } => write!(
                f,
                "{} has the table {} as well, and only one of the two files can be in use",
                visible(other),
                visible(table)
            ),
            Self::Unknown { table, why } => {
                write!(f, "the columns of {} cannot be told: {why}", visible(table))
            }
            Self::Uncertain(what) => f.write_str(what),
        }
    }
}
