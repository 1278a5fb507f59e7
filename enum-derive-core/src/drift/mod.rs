//! The state of definitions in a database, and the differences.
//!
//! [`query`] is a single query that reads the state of all definitions. A driver runs it, [`Found::parse`] reads its
//! rows, and [`drifts`] compares. [`additions`] lists the steps that create missing types and add missing
//! labels.
//!
//! ```
//! use pg_enum_core::Definition;
//! use pg_enum_core::drift::{Found, LiveEnum, State, drifts};
//!
//! let mood = Definition::new("mood", &["sad", "ok"]).in_schema("app");
//! let labels = vec!["sad".to_owned()];
//! let found = Found {
//!     number: 0,
//!     schemas: vec!["app".to_owned()],
//!     state: State::Enum(LiveEnum { labels, ..LiveEnum::default() }),
//!     role: "web".to_owned(),
//! };
//! let drift = &drifts(&[mood], &[found])[0];
//! assert_eq!(drift.to_string(), "app.mood lacks the label 'ok'");
//! assert_eq!(drift.fix.as_deref(), Some(r#"ALTER TYPE app.mood ADD VALUE 'ok' AFTER 'sad';"#));
//! ```

mod compare;
mod fix;
mod found;
mod message;
mod query;
#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use self::compare::drifts;
pub use self::fix::additions;
pub use self::query::query;
pub use crate::retire::Holder;
pub use crate::sql::{Query, Scope, path};
pub use crate::unseen::Unseen;
use crate::violation::Place;

/// A row of the result of [`query`]; [`Found::parse`] reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which definition, and under which name: its index times two, plus one for the former name.
    pub number: usize,
    /// The schemas that have this state: one, unless several were searched.
    pub schemas: Vec<String>,
    /// The state.
    pub state: State,
    /// The role that ran the query.
    pub role: String,
}

/// What exists under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing {
        /// Whether the schema exists. False if no schema in `search_path` exists.
        schema_exists: bool,
        /// Other schemas that have an enum with that name.
        elsewhere: Vec<String>,
    },
    /// An object that is not an enum.
    Other {
        /// What it is: `table`, `domain`…
        kind: String,
    },
    /// An enum.
    Enum(LiveEnum),
}

/// An enum as it is in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEnum {
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// Whether the role has `USAGE` on the schema. Without it, the role cannot use the type's name.
    pub schema_usage: bool,
    /// Whether the role has `USAGE` on the type. Without it, the role cannot create columns of the type.
    pub usage: bool,
    /// An earlier schema in `search_path` that has an object with the same name.
    pub hidden_by: Option<String>,
    /// The columns of the type, if a label is retired.
    pub holders: Vec<Holder>,
    /// Removed and retired labels, and the columns whose rows contain them.
    pub in_use: Vec<(String, Column)>,
    /// Such labels, and the columns whose rows could not be searched for them.
    pub unseen: Vec<(String, Column, Unseen)>,
}

/// A column that contains a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The table, with its schema, as SQL spells it.
    pub table: String,
    /// The column, as SQL spells it.
    pub name: String,
    /// Whether it holds arrays.
    pub is_array: bool,
}

/// `app.posts.state`, or `app.posts.states[]`.
impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, name, is_array } = self;
        write!(f, "{table}.{name}{}", if *is_array { "[]" } else { "" })
    }
}

/// An enum without labels and without problems.
impl Default for LiveEnum {
    fn default() -> Self {
        Self {
            labels: Vec::new(),
            schema_usage: true,
            usage: true,
            hidden_by: None,
            holders: Vec::new(),
            in_use: Vec::new(),
            unseen: Vec::new(),
        }
    }
}

/// One difference between a definition and a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which of the definitions.
    pub definition: usize,
    /// The part of it that differs.
    pub place: Place,
    /// The schemas that have this state: one, unless several were searched.
    pub schemas: Vec<String>,
    /// What differs.
    pub verdict: Verdict,
    /// SQL that fixes it, if there is any; for the first of [`schemas`](Self::schemas).
    pub fix: Option<String>,
    name: String,
    role: String,
}

/// How a definition and a database differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The type does not exist.
    Missing {
        /// Whether its schema exists.
        schema_exists: bool,
    },
    /// The type still has its former name.
    NotRenamed {
        /// The former name, as SQL.
        was: String,
    },
    /// The type does not exist in its schema, but exists in another one.
    WrongSchema {
        /// The other schemas.
        elsewhere: Vec<String>,
    },
    /// Another kind of object has the name.
    WrongKind {
        /// The kind of object.
        kind: String,
    },
    /// The role cannot use the type's name, because it has no `USAGE` on the schema.
    NotVisible,
    /// An object in an earlier schema of `search_path` has the same name.
    Hidden {
        /// The schema of that object.
        by: String,
    },
    /// The role has no `USAGE` on the type.
    NoUsage,
    /// A label is missing.
    LabelMissing {
        /// The label.
        label: String,
    },
    /// The type has a label that the definition does not have.
    LabelExtra {
        /// The label.
        label: String,
        /// Whether the definition says that it is removed.
        removed: bool,
    },
    /// The type has a label that differs only by case.
    CaseOnly {
        /// The label.
        label: String,
        /// The label in the database.
        theirs: String,
    },
    /// A label still has its former name.
    LabelNotRenamed {
        /// The label.
        label: String,
        /// The former name.
        was: String,
    },
    /// The definition says that labels exchange their names, and nothing tells whether they have done so.
    Exchanged {
        /// The labels.
        labels: Vec<String>,
    },
    /// A label is at another position.
    Order {
        /// The label.
        label: String,
        /// The label that it comes after; `None` if it is the first.
        after: Option<String>,
    },
    /// Rows contain a label that is removed or retired.
    InUse {
        /// The label.
        label: String,
        /// Whether the definition says that it is retired, and not removed.
        is_retired: bool,
        /// The columns.
        columns: Vec<Column>,
    },
    /// It is not known whether rows contain a label that is removed or retired.
    RowsUnseen {
        /// The label.
        label: String,
        /// Whether the definition says that it is retired, and not removed.
        is_retired: bool,
        /// The columns that were not searched, and why.
        columns: Vec<(Column, Unseen)>,
    },
    /// A label is retired, and no check forbids it in these columns.
    NotForbidden {
        /// The label.
        label: String,
        /// The columns.
        columns: Vec<Holder>,
    },
    /// A label is retired, and the checks that forbid it in these columns are not validated.
    NotValidated {
        /// The label.
        label: String,
        /// The columns.
        columns: Vec<Holder>,
    },
}

impl Verdict {
    /// A short, stable name, for machine-readable output.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::NotRenamed { .. } => "not-renamed",
            Self::WrongSchema { .. } => "wrong-schema",
            Self::WrongKind { .. } => "wrong-kind",
            Self::NotVisible => "not-visible",
            Self::Hidden { .. } => "hidden",
            Self::NoUsage => "no-usage",
            Self::LabelMissing { .. } => "label-missing",
            Self::LabelExtra { .. } => "label-extra",
            Self::CaseOnly { .. } => "case-only",
            Self::LabelNotRenamed { .. } => "label-not-renamed",
            Self::Exchanged { .. } => "exchanged",
            Self::Order { .. } => "order",
            Self::InUse { is_retired: false, .. } => "removed-in-use",
            Self::InUse { is_retired: true, .. } => "retired-in-use",
            Self::NotForbidden { .. } => "retired-not-forbidden",
            Self::NotValidated { .. } => "retired-not-validated",
            Self::RowsUnseen { .. } => "rows-unseen",
        }
    }
}
