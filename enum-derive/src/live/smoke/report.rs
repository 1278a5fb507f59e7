//! What comes of it.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use pg_enum_core::drift::Column;
use pg_enum_core::smoke::Unwritten;
use pg_enum_core::{VisibleLiteral, visible};

use crate::live::alloc;

/// The result of [`Set::smoke`](crate::Set::smoke).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SmokeReport {
    /// The enums, in the order of the set; one for each schema, if several were searched.
    pub enums: Vec<SmokedEnum>,
}

/// The labels of an enum, tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SmokedEnum {
    /// The Rust enum, with its path.
    pub rust_name: String,
    /// The type, as SQL spells it.
    pub type_name: String,
    /// The labels of the definition, in order.
    pub labels: Vec<SmokedLabel>,
}

/// A label, tried.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SmokedLabel {
    /// The label.
    pub label: String,
    /// Why it cannot be cast to the type.
    pub refused: Option<Refusal>,
    /// The columns that hold the type, with what came of it there. Empty if the label cannot be cast.
    pub columns: Vec<(Column, Outcome)>,
}

/// What came of a label in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// A row with it was inserted, and taken back.
    Written,
    /// It was compared with the column in a prepared statement. No row was inserted.
    Compared(Why),
    /// It was only cast to the type. No row was inserted, and the column cannot be compared with a label.
    Cast(Why),
    /// The server refused the label itself (SQLSTATE 22P02).
    Refused(Refusal),
}

/// Why no row was inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It was not tried.
    NotTried(Unwritten),
    /// The server refused it.
    Refused(Refusal),
}

/// What the server says to a statement that it refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The SQLSTATE (manual, appendix A). Diesel gives it for few errors.
    pub sqlstate: Option<String>,
    /// The message.
    pub message: String,
}

impl SmokeReport {
    /// The labels that the database refuses: the column is missing if a label cannot even be cast.
    pub fn refused(&self) -> impl Iterator<Item = (&SmokedEnum, &str, Option<&Column>, &Refusal)> {
        self.enums.iter().flat_map(|smoked| {
            smoked.labels.iter().flat_map(move |label| {
                let cast = label.refused.iter().map(|refusal| (None, refusal));
                let columns = label.columns.iter().filter_map(|(column, outcome)| match outcome {
                    Outcome::Refused(refusal) => Some((Some(column), refusal)),
                    _ => None,
                });
                let all = cast.chain(columns);
                all.map(move |(column, refusal)| (smoked, &*label.label, column, refusal))
            })
        })
    }

    /// Whether the database refuses no label.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.refused().next().is_none()
    }
}

/// `app.mood refuses the label 'ok': invalid input value for enum app.mood: "ok" (SQLSTATE 22P02)`, a line for each.
impl fmt::Display for SmokeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str("the database accepts each label");
        }
        for (index, (smoked, label, column, refusal)) in self.refused().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match column {
                None => write!(f, "{}", visible(&smoked.type_name))?,
                Some(column) => write!(f, "{}", visible(column.to_string()))?,
            }
            write!(f, " refuses the label {}: {refusal}", VisibleLiteral(label))?;
        }
        Ok(())
    }
}

impl Outcome {
    /// A short, stable name, for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Compared(_) => "compared",
            Self::Cast(_) => "cast",
            Self::Refused(_) => "refused",
        }
    }

    /// Why no row was inserted.
    #[must_use]
    pub fn reason(&self) -> Option<&dyn fmt::Display> {
        match self {
            Self::Written => None,
            Self::Compared(why) | Self::Cast(why) => Some(why),
            Self::Refused(refusal) => Some(refusal),
        }
    }

    /// What the server has refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal)
            | Self::Compared(Why::Refused(refusal))
            | Self::Cast(Why::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }
}

/// `written`, or `only compared: the column is generated`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self, Self::Compared(_) | Self::Cast(_)) {
            f.write_str("only ")?;
        }
        f.write_str(self.code())?;
        self.reason().map_or(Ok(()), |reason| write!(f, ": {reason}"))
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTried(unwritten) => fmt::Display::fmt(unwritten, f),
            Self::Refused(refusal) => fmt::Display::fmt(refusal, f),
        }
    }
}

/// The message in visible characters, and the SQLSTATE.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(&self.message))?;
        match &self.sqlstate {
            Some(sqlstate) => write!(f, " (SQLSTATE {sqlstate})"),
            None => Ok(()),
        }
    }
}

impl Refusal {
    /// Whether the label itself is refused: it is none of the type's.
    pub(super) fn is_of_label(&self) -> bool {
        self.sqlstate.as_deref() == Some("22P02")
    }
}
