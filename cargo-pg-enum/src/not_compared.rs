//! Enums that were looked at and are not compared with any migrations, each with the reason.

use std::fmt;

use pg_enum_build::foreign::Why;
use pg_enum_core::VisibleIdent;

use crate::problem::Place;
use crate::text::visible;

/// An enum that is not compared.
pub(crate) struct NotCompared {
    /// `my_crate::module::Status`
    pub(crate) path: String,
    pub(crate) reason: Reason,
    /// The enum, or what the reason is about.
    pub(crate) at: Place,
}

/// `src/lib.rs:3: my_crate::Status is not compared: it is stored as text`
impl fmt::Display for NotCompared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.at.path();
        let (path, reason) = (visible(&self.path), &self.reason);
        let at = visible(&file.to_string_lossy());
        write!(f, "{at}:{}: {path} is not compared: {reason}", self.at.at.line())
    }
}

/// Why an enum is not compared. `Display` gives it as a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Its values are not those of an enum type, or its attributes are not understood.
    NoEnumType(Why),
    /// A macro makes it, and its variants are not known.
    Macro,
    /// Which of several enums of its name is compiled depends on the configuration.
    Conditional,
    /// No folder of migrations is found.
    NoFolder,
    /// No migration makes a type of its name.
    NoType {
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
    /// What a migration does to the type is not known; in words, with the place.
    Uncertain(String),
}

impl Reason {
    /// A short name that does not change.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NoEnumType(why) => why.code(),
            Self::Macro => "macro",
            Self::Conditional => "conditional",
            Self::NoFolder => "no-folder",
            Self::NoType { .. } => "no-type",
            Self::SeveralTypes { .. } => "more-than-one-type",
            Self::Uncertain(_) => "uncertain",
        }
    }

    /// Whether a person has to know of this enum in particular. A number says enough of the others: they are
    /// stored in another way on purpose.
    pub(crate) fn is_worth_a_line(&self) -> bool {
        match self {
            Self::NoEnumType(why) => matches!(why, Why::Unclear(_)),
            Self::NoType { nearest, .. } => nearest.is_some(),
            Self::NoFolder => false,
            Self::Macro | Self::Conditional | Self::SeveralTypes { .. } | Self::Uncertain(_) => {
                true
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEnumType(why) => write!(f, "it {why}"),
            Self::Macro => f.write_str("a macro makes it, and macros are not expanded"),
            Self::Conditional => f.write_str("`cfg` selects one of several enums of this name"),
            Self::NoFolder => f.write_str("no folder of migrations is found"),
            Self::NoType { name, nearest } => {
                write!(f, "no migration makes the type {}", VisibleIdent(name))?;
                match nearest {
                    Some(nearest) => write!(f, ", the nearest is {nearest}"),
                    None => Ok(()),
                }
            }
            Self::SeveralTypes { name } => {
                write!(f, "more than one schema has a type {}", VisibleIdent(name))
            }
            Self::Uncertain(what) => f.write_str(what),
        }
    }
}
