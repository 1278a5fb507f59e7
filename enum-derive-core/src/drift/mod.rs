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

mod array;
mod fix;
mod found;
mod query;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use self::fix::additions;
pub use self::query::{Query, query};
use crate::divergence::{self, Disagreement};
use crate::record::{Origin, RecordedEnum, RecordedLabel};
pub use crate::sql::{Scope, path};
use crate::violation::Place;
use crate::{Definition, Literal, visible};

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
    /// Removed labels, and the columns whose rows still contain them.
    pub in_use: Vec<(String, Column)>,
    /// Removed labels, and the columns whose rows could not be searched for them.
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
            Self::Standby => f.write_str("a standby does not have the rows of an unlogged table"),
        }
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
    /// A label is at another position.
    Order {
        /// The label.
        label: String,
        /// The label that it comes after; `None` if it is the first.
        after: Option<String>,
    },
    /// Rows contain a label that is removed.
    RetiredInUse {
        /// The label.
        label: String,
        /// The columns.
        columns: Vec<Column>,
    },
    /// It is not known whether rows contain a label that is removed.
    RowsUnseen {
        /// The label.
        label: String,
        /// The columns that were not searched, and why.
        columns: Vec<(Column, Unseen)>,
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
            Self::Order { .. } => "order",
            Self::RetiredInUse { .. } => "retired-in-use",
            Self::RowsUnseen { .. } => "rows-unseen",
        }
    }
}

/// The number of schemas that a message names.
const NAMED: usize = 3;

impl Drift {
    /// The type, as messages show it: `app.mood`, or `mood in 812 schemas (tenant_1, tenant_2, …)`.
    #[must_use]
    pub fn type_name(&self) -> impl fmt::Display + '_ {
        fmt::from_fn(|f| match &self.schemas[..] {
            [] => f.write_str(&self.name),
            [schema] => write!(f, "{schema}.{}", self.name),
            many => {
                write!(f, "{} in {} schemas (", self.name, many.len())?;
                for (index, schema) in many.iter().take(NAMED).enumerate() {
                    write!(f, "{}{schema}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(if many.len() > NAMED { ", …)" } else { ")" })
            }
        })
    }
}

impl Drift {
    /// What to do where no SQL fixes it: short, imperative.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match &self.verdict {
            Verdict::LabelExtra { removed: false, .. } => {
                "add a variant for it, or add an `other` variant and tolerate extra labels"
            }
            Verdict::LabelExtra { removed: true, .. } => {
                "replace the type in a migration, because `ALTER TYPE` cannot remove a label"
            }
            Verdict::Order { .. } => {
                "put the variants in the order of the database, or replace the type in a \
                 migration, because `ALTER TYPE` cannot reorder labels"
            }
            Verdict::WrongKind { .. } => "rename one of the two",
            Verdict::Hidden { .. } => "rename one of the two, or give the enum a schema",
            Verdict::WrongSchema { .. } => {
                "give the enum a schema, or add the type's schema to search_path"
            }
            Verdict::RowsUnseen { .. } => {
                "search these columns with a role that can see every row, such as the owner of \
                 the table"
            }
            _ => "run the migrations",
        }
    }
}

/// What differs, without the fix: lowercase, without a full stop, on one line.
impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", visible(fmt::from_fn(|f| self.message(f))))
    }
}

impl Drift {
    fn message(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ty, role) = (self.type_name(), &self.role);
        match &self.verdict {
            Verdict::Missing { schema_exists: true } => write!(f, "the type {ty} does not exist"),
            Verdict::Missing { schema_exists: false } if self.schemas.is_empty() => {
                write!(f, "the type {ty} does not exist, and no schema in search_path exists")
            }
            Verdict::Missing { schema_exists: false } => {
                write!(f, "neither the type {ty} nor its schema exists")
            }
            Verdict::NotRenamed { was } => {
                write!(f, "the type {ty} still has its former name {was}")
            }
            Verdict::WrongSchema { elsewhere } => {
                let one = elsewhere.len() == 1;
                let noun = if one { "schema" } else { "schemas" };
                write!(f, "the type {ty} does not exist, but the {noun} ")?;
                for (index, schema) in elsewhere.iter().enumerate() {
                    write!(f, "{}{schema}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(if one {
                    " has a type with that name"
                } else {
                    " have types with that name"
                })
            }
            Verdict::WrongKind { kind } => write!(f, "{ty} is a {kind}, not an enum type"),
            Verdict::NotVisible => {
                write!(f, "{role} cannot use {ty}: the role has no USAGE privilege on its schema")
            }
            Verdict::Hidden { by } => {
                write!(
                    f,
                    "{ty} is hidden by another object with that name in {by}, which is earlier in \
                     search_path"
                )
            }
            Verdict::NoUsage => write!(f, "{role} has no USAGE privilege on the type {ty}"),
            Verdict::LabelMissing { label } => {
                write!(f, "{ty} lacks the label {}", Literal(label))
            }
            Verdict::LabelExtra { label, removed: false } => {
                write!(f, "{ty} has the label {}, which the enum lacks", Literal(label))
            }
            Verdict::LabelExtra { label, removed: true } => {
                write!(f, "{ty} has the label {}, which the enum says is removed", Literal(label))
            }
            Verdict::CaseOnly { label, theirs } => write!(
                f,
                "{ty} has the label {} instead of {}: they differ only by case",
                Literal(theirs),
                Literal(label)
            ),
            Verdict::LabelNotRenamed { label, was } => write!(
                f,
                "{ty} has no label {}; it still has the former label {}",
                Literal(label),
                Literal(was)
            ),
            Verdict::Order { label, after: Some(after) } => {
                write!(f, "{ty} has the label {} after {}", Literal(label), Literal(after))?;
                f.write_str("; the enum has another order")
            }
            Verdict::Order { label, after: None } => {
                write!(f, "{ty} has the label {} first; the enum has another order", Literal(label))
            }
            Verdict::RetiredInUse { label, columns } => {
                write!(
                    f,
                    "{ty} has the label {}, which the enum says is removed, and rows contain it: ",
                    Literal(label)
                )?;
                for (index, column) in columns.iter().enumerate() {
                    write!(f, "{}{column}", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Verdict::RowsUnseen { label, columns } => {
                write!(
                    f,
                    "{ty} has the label {}, which the enum says is removed, and {role} cannot see \
                     whether rows contain it: ",
                    Literal(label)
                )?;
                for (index, (column, why)) in columns.iter().enumerate() {
                    write!(f, "{}{column} ({why})", if index == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

/// All differences between `definitions` and a database, definition by definition.
///
/// `found` is the result of [`query`] for the same definitions.
#[must_use]
pub fn drifts(definitions: &[Definition<'_>], found: &[Found]) -> Vec<Drift> {
    let mut drifts = Vec::new();
    for here in found.iter().filter(|found| found.number % 2 == 0) {
        let index = here.number / 2;
        let Some(&definition) = definitions.get(index) else { continue };
        let former = found.iter().find(|found| {
            found.number == here.number + 1
                && matches!(found.state, State::Enum(_))
                && (found.schemas.len() == 1 || found.schemas.first() == here.schemas.first())
        });
        let definition = in_first(definition, here);
        let verdicts = verdicts(definition, &here.state, former);
        let lacks =
            |(_, verdict): &(Place, Verdict)| matches!(verdict, Verdict::LabelMissing { .. });
        let missing = match &here.state {
            State::Enum(live) if verdicts.iter().any(lacks) => fix::missing(definition, live),
            _ => Vec::new(),
        };
        for (place, verdict) in verdicts {
            drifts.push(Drift {
                definition: index,
                place,
                schemas: here.schemas.clone(),
                fix: fix::fix(definition, here, former, &verdict, &missing),
                verdict,
                name: definition.name.to_owned(),
                role: here.role.clone(),
            });
        }
    }
    drifts
}

/// The definition, in the first of the schemas.
fn in_first<'a>(definition: Definition<'a>, found: &'a Found) -> Definition<'a> {
    match found.schemas.first() {
        Some(schema) => definition.in_schema(schema),
        None => definition,
    }
}

fn verdicts(
    definition: Definition<'_>,
    state: &State,
    former: Option<&Found>,
) -> Vec<(Place, Verdict)> {
    let live = match state {
        State::Missing { schema_exists, elsewhere } => {
            let verdict = match former {
                Some(found) => Verdict::NotRenamed { was: fix::former_sql(definition, found) },
                None if elsewhere.is_empty() => Verdict::Missing { schema_exists: *schema_exists },
                None => Verdict::WrongSchema { elsewhere: elsewhere.clone() },
            };
            return [(Place::Name, verdict)].into();
        }
        State::Other { kind } => {
            return [(Place::Name, Verdict::WrongKind { kind: kind.clone() })].into();
        }
        State::Enum(live) => live,
    };
    let mut verdicts = Vec::new();
    if !live.schema_usage {
        verdicts.push((Place::Name, Verdict::NotVisible));
    } else if !live.usage {
        verdicts.push((Place::Name, Verdict::NoUsage));
    }
    if let Some(by) = &live.hidden_by {
        verdicts.push((Place::Name, Verdict::Hidden { by: by.clone() }));
    }
    for (place, disagreement, _) in divergence::labels(definition, &live.recorded(definition)) {
        let verdict = match disagreement {
            Disagreement::Missing { label, .. } => Verdict::LabelMissing { label },
            Disagreement::CaseOnly { label, theirs } => Verdict::CaseOnly { label, theirs },
            Disagreement::NotRenamed { label, was } => Verdict::LabelNotRenamed { label, was },
            Disagreement::Order { label, after } => Verdict::Order { label, after },
            Disagreement::NotRemoved { label } => {
                let holding = live.in_use.iter().filter(|(held, _)| *held == label);
                let held: Vec<Column> = holding.map(|(_, column)| column.clone()).collect();
                let unseen = live.unseen.iter().filter(|(of, ..)| *of == label);
                let unseen: Vec<_> =
                    unseen.map(|(_, column, why)| (column.clone(), why.clone())).collect();
                if held.is_empty() && unseen.is_empty() {
                    verdicts.push((place, Verdict::LabelExtra { label, removed: true }));
                    continue;
                }
                if !held.is_empty() {
                    let label = label.clone();
                    verdicts.push((place, Verdict::RetiredInUse { label, columns: held }));
                }
                if !unseen.is_empty() {
                    verdicts.push((place, Verdict::RowsUnseen { label, columns: unseen }));
                }
                continue;
            }
            Disagreement::Extra { labels } => {
                verdicts.extend(labels.into_iter().map(|label| {
                    (place, Verdict::LabelExtra { label: label.text, removed: false })
                }));
                continue;
            }
            // The others are about migrations or about the type.
            _ => continue,
        };
        verdicts.push((place, verdict));
    }
    // Renames come first, because a new label may be placed next to a renamed one. The sort is stable.
    let renames = |verdict: &Verdict| {
        matches!(verdict, Verdict::CaseOnly { .. } | Verdict::LabelNotRenamed { .. })
    };
    verdicts.sort_by_key(|(_, verdict)| !renames(verdict));
    verdicts
}

impl LiveEnum {
    /// The same as a type that migrations create, so that one comparison serves both.
    fn recorded(&self, definition: Definition<'_>) -> RecordedEnum {
        let nowhere = || Origin { file: String::new(), line: 0 };
        let label =
            |text: &String| RecordedLabel { text: text.clone(), at: nowhere(), accepted: false };
        RecordedEnum {
            schema: definition.schema.unwrap_or_default().to_owned(),
            name: definition.name.to_owned(),
            known: true,
            created: nowhere(),
            labels: self.labels.iter().map(label).collect(),
        }
    }
}
