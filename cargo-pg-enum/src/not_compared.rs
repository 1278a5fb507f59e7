//! Enums that were looked at and are not compared with any migrations, each with the reason.

use std::fmt;

use pg_enum_build::foreign::{Codec, Why};
use pg_enum_core::VisibleIdent;

use crate::problem::Place;
use crate::text::{list, visible};

/// Folders that are named.
const FOLDERS: usize = 3;

/// An enum that is not compared.
pub(crate) struct NotCompared {
    /// `my_crate::module::Status`; in words, where it has no such path.
    pub(crate) path: String,
    pub(crate) codec: Codec,
    pub(crate) reason: Reason,
    /// The enum, or what the reason is about.
    pub(crate) at: Place,
}

/// Why an enum is not compared. `Display` gives it as a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its values are not those of an enum type, or its attributes are not understood.
    NoEnumType(Why),
    /// The macro of this name makes it, and its variants are not known.
    Macro(String),
    /// Which of several enums of its name is compiled depends on the configuration.
    Conditional,
    /// No folder of migrations is found.
    NoFolder,
    /// No migration makes a type of its name.
    NoType {
        /// The schema, if the enum names one.
        schema: Option<String>,
        /// The name.
        name: String,
        /// A type that the migrations make and whose name is like it, with its schema.
        nearest: Option<String>,
    },
    /// The migrations make more than one type of its name, in several schemas.
    SeveralTypes {
        /// The name.
        name: String,
    },
    /// More than one folder has the type, each with other labels, and none as the enum has it.
    SeveralFolders {
        /// The folders, each with what names it.
        folders: Vec<String>,
    },
    /// An enum of the workspace agrees with the type, and this one, of a package outside, does not.
    OfAnother {
        /// The path of the other enum.
        owner: String,
    },
    /// The package has a driver for another database alone, which is this one.
    OtherDatabase(&'static str),
    /// The enum says that the migrations do not make the type.
    External,
    /// The derive does not compile.
    Invalid,
    /// The migrations cannot be read; in words.
    NotRead(String),
    /// What a migration does to the type is not known; in words, with the place.
    Uncertain(String),
}

impl Reason {
    /// A short name that does not change.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoEnumType(why) => why.code(),
            Self::Macro(_) => "macro",
            Self::Conditional => "conditional",
            Self::NoFolder => "no-folder",
            Self::NoType { .. } => "no-type",
            Self::SeveralTypes { .. } => "more-than-one-type",
            Self::SeveralFolders { .. } => "more-than-one-folder",
            Self::OfAnother { .. } => "type-of-another-enum",
            Self::OtherDatabase(_) => "other-database",
            Self::External => "external",
            Self::Invalid => "invalid",
            Self::NotRead(_) => "not-read",
            Self::Uncertain(_) => "uncertain",
        }
    }

    /// What is counted under the code, in words to follow on a number.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::NoEnumType(Why::StoredAs(_) | Why::Integer) => "stored as text or integer",
            Self::NoEnumType(Why::Unclear(_)) => "not understood",
            Self::NoEnumType(_) => "stored as another type",
            Self::Macro(_) => "made by a macro",
            Self::Conditional => "selected by `cfg`",
            Self::NoFolder => "without a folder of migrations",
            Self::NoType { .. } => "without a type of that name",
            Self::SeveralTypes { .. } => "with a type in more than one schema",
            Self::SeveralFolders { .. } => "with a type in more than one folder",
            Self::OfAnother { .. } => "with a type that another enum has",
            Self::OtherDatabase(_) => "for another database",
            Self::External => "created outside the migrations",
            Self::Invalid => "with mistakes",
            Self::NotRead(_) => "with migrations that are not read",
            Self::Uncertain(_) => "uncertain",
        }
    }

    /// Whether the enum was looked for, and neither a folder nor a type was found for it.
    pub(crate) fn is_nothing_found(&self) -> bool {
        matches!(self, Self::NoFolder | Self::NoType { .. } | Self::NoEnumType(Why::Unclear(_)))
    }

    /// Whether the enum may lack a label all the same.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Conditional
            | Self::NoFolder
            | Self::SeveralTypes { .. }
            | Self::SeveralFolders { .. }
            | Self::Invalid
            | Self::NotRead(_)
            | Self::Uncertain(_)
            | Self::Macro(_) => true,
            Self::NoEnumType(why) => matches!(why, Why::Unclear(_)),
            Self::NoType { .. }
            | Self::OfAnother { .. }
            | Self::OtherDatabase(_)
            | Self::External => false,
        }
    }

    /// Whether a person has to know of this enum in particular. A number says enough of the others: they are
    /// stored in another way on purpose.
    pub(crate) fn is_worth_a_line(&self) -> bool {
        match self {
            Self::NoEnumType(why) => matches!(why, Why::Unclear(_)),
            Self::NoType { nearest, .. } => nearest.is_some(),
            Self::NoFolder | Self::OtherDatabase(_) | Self::External => false,
            Self::Macro(_)
            | Self::Conditional
            | Self::SeveralTypes { .. }
            | Self::SeveralFolders { .. }
            | Self::OfAnother { .. }
            | Self::Invalid
            | Self::NotRead(_)
            | Self::Uncertain(_) => true,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnumType(why) => write!(f, "it {why}"),
            Self::Macro(name) => {
                write!(f, "macros such as `{}!` are not expanded", visible(name))
            }
            Self::Conditional => f.write_str("`cfg` selects one of several enums of this name"),
            Self::NoFolder => f.write_str("no folder of migrations is found"),
            Self::NoType { schema, name, nearest } => {
                f.write_str("no migration creates the type ")?;
                if let Some(schema) = schema {
                    write!(f, "{}.", VisibleIdent(schema))?;
                }
                VisibleIdent(name).fmt(f)?;
                match nearest {
                    Some(nearest) => write!(f, ", the nearest is {nearest}"),
                    None => Ok(()),
                }
            }
            Self::SeveralTypes { name } => {
                write!(f, "more than one schema has a type {}", VisibleIdent(name))
            }
            Self::SeveralFolders { folders } => {
                let folders = list(folders.iter().cloned(), FOLDERS);
                write!(f, "more than one folder has its type, with different labels: {folders}")
            }
            Self::OfAnother { owner } => write!(
                f,
                "its package is outside the workspace, and the type of this name is that of {}, which agrees with it",
                visible(owner)
            ),
            Self::OtherDatabase(database) => {
                write!(f, "its package has a driver for {database} and none for PostgreSQL")
            }
            Self::External => f.write_str("the migrations do not create the type (`external`)"),
            Self::Invalid => f.write_str("the derive does not compile"),
            Self::NotRead(what) | Self::Uncertain(what) => f.write_str(what),
        }
    }
}
