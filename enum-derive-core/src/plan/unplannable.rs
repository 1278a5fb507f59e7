//! The reasons why there is no plan.

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::{error, fmt};

#[cfg(feature = "drift")]
use super::trouble::Trouble;
use super::{TypeName, Unretirable};
use crate::display::from_fn;
use crate::divergence::message::{EXCHANGED, Literals};
use crate::record::{Origin, RecordedLabel};
use crate::violation::Place;
use crate::{Ident, Literal};

/// Why there is no plan: all obstacles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplannable {
    /// The type, as messages show it.
    pub type_name: String,
    /// The obstacles; at least one.
    pub obstacles: Vec<Obstacle>,
}

/// One reason why there is no plan. Its `Display` is the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The part of the definition.
    pub place: Place,
    /// The reason.
    pub reason: Reason,
}

/// Why a change cannot be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The change would remove a label.
    Removed {
        /// The label.
        label: RecordedLabel,
        /// Possible new names for it: the labels that the change would add.
        renamed: Vec<String>,
    },
    /// The change would reorder labels.
    Order {
        /// The label.
        label: String,
        /// The label that comes before it in the migrations; `None` if it comes first there.
        after: Option<String>,
        /// The migration that writes it.
        at: Option<Origin>,
    },
    /// Labels exchange their names, and nothing tells whether they have done so.
    Exchanged {
        /// The labels.
        labels: Vec<String>,
    },
    /// A label differs only by case from another, and nothing says whether it was renamed.
    CaseOnly {
        /// The label.
        label: String,
        /// The label in the migrations.
        theirs: String,
        /// The migration that writes it.
        at: Option<Origin>,
    },
    /// The state of the type after the migrations is uncertain.
    Uncertain {
        /// The statement that creates it.
        created: Origin,
    },
    /// A label cannot be retired.
    Retired {
        /// Why.
        why: Unretirable,
    },
    /// The recorded type has neither the present nor the former name.
    AnotherType {
        /// The recorded type.
        was: TypeName,
    },
    /// Something that depends on the type cannot be carried over to a new one.
    #[cfg(feature = "drift")]
    Dependent {
        /// The object, as the server describes it: `view app.v`.
        what: String,
        /// Why.
        trouble: Trouble,
    },
    /// The definition is invalid.
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
            Self::Exchanged { .. } => "exchanged",
            Self::CaseOnly { .. } => "case-only",
            Self::Uncertain { .. } => "uncertain",
            Self::Retired { why } => why.code(),
            Self::AnotherType { .. } => "another-type",
            #[cfg(feature = "drift")]
            Self::Dependent { .. } => "dependent",
            Self::Violation { .. } => "violation",
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Removed { label, renamed } => {
                let retire = match self.place {
                    Place::Removed(_) => "write `retired` instead of `removed`",
                    _ => "run `cargo pg-enum generate --retire`",
                };
                write!(
                    f,
                    "the label {} ({}) has no variant, and ALTER TYPE cannot remove a label: \
                     {retire}, which forbids it in each column (no rewrite; a scan under SHARE UPDATE \
                     EXCLUSIVE), or run `cargo pg-enum generate`, which replaces \
                     the type (each table is rewritten under ACCESS EXCLUSIVE)",
                    Literal(&label.text),
                    label.at
                )?;
                for (index, renamed) in renamed.iter().enumerate() {
                    f.write_str(if index == 0 { "; if it was renamed to " } else { " or " })?;
                    write!(f, "{}", Literal(renamed))?;
                }
                if !renamed.is_empty() {
                    write!(f, ", add #[pg_enum(was = {:?})]", label.text)?;
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
                    " in the migrations{}, and ALTER TYPE cannot reorder labels: reorder the \
                     variants, or run `cargo pg-enum generate`, which replaces \
                     the type",
                    place(at.as_ref())
                )
            }
            Reason::Exchanged { labels } => write!(
                f,
                "`was` exchanges the labels {}, and their order is neither that before nor that \
                 after: {EXCHANGED}",
                Literals(labels)
            ),
            Reason::CaseOnly { label, theirs, at } => write!(
                f,
                "the label {} differs only by case from {}{}, and nothing says whether it was \
                 renamed; if it was, add #[pg_enum(was = {theirs:?})]",
                Literal(label),
                Literal(theirs),
                place(at.as_ref())
            ),
            Reason::Uncertain { created } => write!(
                f,
                "its state after the migrations is uncertain (created at {created}); for each \
                 statement that replay reports, add a comment `-- pg-enum: assume …;` to the \
                 migration"
            ),
            Reason::Retired { why } => why.fmt(f),
            Reason::AnotherType { was } => write!(
                f,
                "the migrations have {was} instead, and nothing says that it was renamed; if it \
                 was, add #[pg_enum(was = {:?})] to the enum",
                attribute(was)
            ),
            #[cfg(feature = "drift")]
            Reason::Dependent { what, trouble } => write!(f, "{what} {trouble}"),
            Reason::Violation { message } => f.write_str(message),
        }
    }
}

/// A name in the syntax of `was`.
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
    from_fn(move |f| match at {
        Some(at) => write!(f, " ({at})"),
        None => Ok(()),
    })
}

impl fmt::Display for Unplannable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot plan {}", self.type_name)?;
        for (index, obstacle) in self.obstacles.iter().enumerate() {
            f.write_str(if index == 0 { ": " } else { "; also: " })?;
            obstacle.fmt(f)?;
        }
        Ok(())
    }
}

impl error::Error for Unplannable {}
