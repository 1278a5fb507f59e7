//! What no plan can do.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::{error, fmt};

use super::TypeName;
use crate::record::{Origin, RecordedLabel};
use crate::violation::Place;
use crate::{Ident, Literal};

/// Why there is no plan: everything that is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplannable {
    /// The type, as messages show it.
    pub type_name: String,
    /// What is in the way; at least one thing.
    pub obstacles: Vec<Obstacle>,
}

/// One thing that is in the way of a plan. Its `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The part of the definition that it is about.
    pub place: Place,
    /// What it is.
    pub reason: Reason,
}

/// What is in the way of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A label would have to be removed.
    Removed {
        /// The label.
        label: RecordedLabel,
        /// Labels that it may have become: those that would have to be added.
        renamed: Vec<String>,
    },
    /// A label would have to move.
    Order {
        /// The label.
        label: String,
        /// The label that comes before it in the migrations; `None` if it comes first there.
        after: Option<String>,
        /// Where a migration writes it.
        at: Option<Origin>,
    },
    /// A label differs only by case from another, and nothing says that it was that one.
    CaseOnly {
        /// The label.
        label: String,
        /// What the migrations have.
        theirs: String,
        /// Where a migration writes it.
        at: Option<Origin>,
    },
    /// What the migrations make of the type is not certain.
    Uncertain {
        /// The statement that creates it.
        created: Origin,
    },
    /// What is recorded is neither of the type's name nor of its former one.
    AnotherType {
        /// What is recorded.
        was: TypeName,
    },
    /// The definition itself is not sound.
    Violation {
        /// What is wrong with it.
        message: String,
    },
}

impl Reason {
    /// A short, stable name, for machine-readable output.
    ///
    /// ```
    /// use pg_enum_core::plan::Reason;
    ///
    /// let reason = Reason::Order { label: "sad".into(), after: None, at: None };
    /// assert_eq!(reason.code(), "order");
    /// ```
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Removed { .. } => "removed",
            Self::Order { .. } => "order",
            Self::CaseOnly { .. } => "case-only",
            Self::Uncertain { .. } => "uncertain",
            Self::AnotherType { .. } => "another-type",
            Self::Violation { .. } => "violation",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Removed { label, renamed } => {
                let text = Literal(&label.text);
                write!(
                    f,
                    "the label {text} ({}) has no variant, and no ALTER TYPE removes a label: \
                     the type has to be replaced",
                    label.at
                )?;
                for (index, renamed) in renamed.iter().enumerate() {
                    f.write_str(if index == 0 { "; if it has become " } else { " or " })?;
                    write!(f, "{}", Literal(renamed))?;
                }
                if !renamed.is_empty() {
                    write!(f, ", say so: #[pg_enum(was = {:?})]", label.text)?;
                }
                Ok(())
            }
            Reason::Order { label, after, at } => {
                write!(f, "the label {} ", Literal(label))?;
                match after {
                    Some(after) => write!(f, "comes after {}", Literal(after))?,
                    None => f.write_str("comes first")?,
                }
                write!(
                    f,
                    " in the migrations{}, and no ALTER TYPE reorders labels: \
                     reorder the variants, or the type has to be replaced",
                    place(at.as_ref())
                )
            }
            Reason::CaseOnly { label, theirs, at } => write!(
                f,
                "the label {} differs only by case from {}{}, which may have become it or not; \
                 if it has, say so: #[pg_enum(was = {theirs:?})]",
                Literal(label),
                Literal(theirs),
                place(at.as_ref())
            ),
            Reason::Uncertain { created } => write!(
                f,
                "what the migrations make of it is not certain ({created}); \
                 settle what replay reports with a comment, `-- pg-enum: assume …;`"
            ),
            Reason::AnotherType { was } => write!(
                f,
                "what the migrations have is {was}, and nothing says that it was that; \
                 if it was, say so on the enum: #[pg_enum(was = {:?})]",
                attribute(was)
            ),
            Reason::Violation { message } => f.write_str(message),
        }
    }
}

/// A name as `was` reads it.
fn attribute(name: &TypeName) -> String {
    let part = |part: &str| {
        if part.contains(['.', '"']) { Ident(part).to_string() } else { part.to_owned() }
    };
    match &name.schema {
        Some(schema) => part(schema) + "." + &part(&name.name),
        None => part(&name.name),
    }
}

fn place(at: Option<&Origin>) -> impl fmt::Display {
    fmt::from_fn(move |f| match at {
        Some(at) => write!(f, " ({at})"),
        None => Ok(()),
    })
}

impl fmt::Display for Unplannable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot plan {}", self.type_name)?;
        for (index, obstacle) in self.obstacles.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { ". And " })?;
            obstacle.fmt(f)?;
        }
        Ok(())
    }
}

impl error::Error for Unplannable {}
