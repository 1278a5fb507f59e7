//! What a database has of definitions, and in what the two disagree.
//!
//! [`query`] is the text of the one query that reads it all, a driver makes [`Found`] of its rows, and
//! [`drifts`] compares. [`additions`] is what creates and adds what is missing.
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

mod fix;
#[cfg(test)]
mod tests;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use self::fix::additions;
use crate::divergence::{self, Disagreement};
use crate::record::{Origin, RecordedEnum, RecordedLabel};
pub use crate::sql::{Scope, path};
use crate::violation::Place;
use crate::{Definition, Literal, sql, visible};

/// A query that looks all of `definitions` up, with the columns that [`Found`] is made of: `number int4`,
/// `schemas text[]`, `state text`, `labels text[]`, `schema_usage bool`, `usage bool`, `hidden_by text`,
/// `elsewhere text[]`, `in_use text[]` (six texts for each column), `role text`. Around it are statements that return
/// no row: they keep `search_path` at `pg_catalog` ([`path`]), and the server from compiling the query (`jit`), which
/// would take longer than to run it.
///
/// Nothing that a user has made is run by it: no cast, operator or function, and of a table that is looked into, no
/// view, policy or expression.
///
/// It is text without parameters, for the simple query protocol (`PostgreSQL` manual, 54.2.2): one round
/// trip, and nothing that a connection pooler would have to remember. It reads the catalogs alone,
/// with the rights of anybody, unless it is to look into rows.
///
/// Labels that are the definition's are not sent back: `labels` is null then, though `state` is `enum`. Every
/// element of an array begins with `=`, as drivers tend to take a quoted `"NULL"` for a null.
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::drift::{Scope, query};
///
/// let mood = Definition::new("mood", &["sad"]).in_schema("app");
/// let sql = query(&[mood], Scope::Own, false).to_string();
/// assert!(sql.contains("(0, 'app', 'mood', 1, 'sad', NULL)"));
/// ```
#[must_use]
pub fn query<'a>(
    definitions: &'a [Definition<'a>],
    scope: Scope<'a>,
    rows: bool,
) -> impl fmt::Display + 'a {
    sql::look_up(definitions, scope, rows)
}

/// A row of [`query`]'s result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which definition, and whether under its former name: its index, doubled, and one more for that.
    pub number: usize,
    /// The schemas in which it is like that: one, unless many were looked into.
    pub schemas: Vec<String>,
    /// What there is.
    pub state: State,
    /// Who asked.
    pub role: String,
}

/// What there is under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Missing {
        /// Whether the schema is there. Without any on `search_path`, it is not.
        schema_exists: bool,
        /// Other schemas that have an enum of that name.
        elsewhere: Vec<String>,
    },
    /// Something that is no enum.
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
    /// Whether the role has `USAGE` on its schema, without which it cannot name the type.
    pub schema_usage: bool,
    /// Whether the role has `USAGE` on the type, without which it makes no columns of it.
    pub usage: bool,
    /// The schema further up on `search_path` with something of the same name.
    pub hidden_by: Option<String>,
    /// Labels that are to be gone, and columns whose rows hold them.
    pub in_use: Vec<(String, Column)>,
    /// Labels that are to be gone, and columns of which it is not known whether their rows hold them.
    pub unseen: Vec<(String, Column, Unseen)>,
}

/// A column that holds a label.
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

/// Why rows have not been looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unseen {
    /// The role may not read the column.
    Privilege,
    /// Row security shows the role some of the rows at most, and would run its policies as the role.
    RowSecurity,
    /// What belongs to the table calls functions or operators that a user has made, which would run as the role.
    Code {
        /// What it is, as the server describes it: `index posts_idx`.
        of: String,
    },
    /// It is a foreign table: its rows are in another database.
    Foreign,
    /// The column has the enum inside a composite type, a range or an array of arrays.
    Nested,
    /// The table is unlogged, and the server is a standby, which does not have its rows.
    Standby,
}

/// The reason, as messages show it.
impl fmt::Display for Unseen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Privilege => f.write_str("SELECT is not granted"),
            Self::RowSecurity => f.write_str("row security may hide rows"),
            Self::Code { of } => write!(f, "{of} calls functions that a user has made"),
            Self::Foreign => f.write_str("a foreign table"),
            Self::Nested => f.write_str("a type that contains the enum"),
            Self::Standby => f.write_str("an unlogged table, which a standby does not have"),
        }
    }
}

/// One without labels, for which nothing is missing.
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

/// One disagreement between a definition and a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// Which of the definitions.
    pub definition: usize,
    /// The part of it at fault.
    pub place: Place,
    /// The schemas in which it is like that: one, unless many were looked into.
    pub schemas: Vec<String>,
    /// What is wrong.
    pub verdict: Verdict,
    /// SQL that puts it right, where there is any; for the first of [`schemas`](Self::schemas).
    pub fix: Option<String>,
    name: String,
    role: String,
}

/// What a definition and a database disagree about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// There is no such type.
    Missing {
        /// Whether its schema is there.
        schema_exists: bool,
    },
    /// The type still has its former name.
    NotRenamed {
        /// That name, as SQL spells it.
        was: String,
    },
    /// There is no such type in its schema, but there is one elsewhere.
    WrongSchema {
        /// Where.
        elsewhere: Vec<String>,
    },
    /// The name is taken by something else.
    WrongKind {
        /// What it is.
        kind: String,
    },
    /// The role cannot name the type, having no `USAGE` on its schema.
    NotVisible,
    /// Something further up on `search_path` has the same name.
    Hidden {
        /// The schema that it is in.
        by: String,
    },
    /// The role has no `USAGE` on the type.
    NoUsage,
    /// A label is missing.
    LabelMissing {
        /// The label.
        label: String,
    },
    /// There is a label that the definition lacks.
    LabelExtra {
        /// The label.
        label: String,
        /// Whether the definition says that it is to be gone.
        removed: bool,
    },
    /// A label is there in other letters.
    CaseOnly {
        /// The label.
        label: String,
        /// What there is.
        theirs: String,
    },
    /// A label still has its former name.
    LabelNotRenamed {
        /// The label.
        label: String,
        /// That name.
        was: String,
    },
    /// A label stands elsewhere in the order.
    Order {
        /// The label.
        label: String,
        /// The label that it comes after; `None` if it is the first.
        after: Option<String>,
    },
    /// Rows hold a label that is to be gone.
    RetiredInUse {
        /// The label.
        label: String,
        /// The columns.
        columns: Vec<Column>,
    },
    /// Whether rows hold a label that is to be gone is not known.
    RowsUnseen {
        /// The label.
        label: String,
        /// The columns that have not been looked into, and why.
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

/// So many schemas are named in a message.
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
    /// What to do where no SQL settles it: short, imperative.
    #[must_use]
    pub const fn advice(&self) -> &'static str {
        match &self.verdict {
            Verdict::LabelExtra { removed: false, .. } => {
                "add a variant for it, or tolerate extra labels where an `other` variant holds them"
            }
            Verdict::LabelExtra { removed: true, .. } => {
                "replace the type in a migration, as no `ALTER TYPE` removes a label"
            }
            Verdict::Order { .. } => {
                "put the variants in the database's order, or replace the type in a migration, as no \
                 `ALTER TYPE` moves a label"
            }
            Verdict::WrongKind { .. } => "give one of the two another name",
            Verdict::Hidden { .. } => "give one of the two another name, or the enum a schema",
            Verdict::WrongSchema { .. } => {
                "give the enum a schema, or put the type's on search_path"
            }
            Verdict::RowsUnseen { .. } => {
                "search these columns as a role that sees every row, such as the table's owner"
            }
            _ => "run the migrations",
        }
    }
}

/// What is wrong, without the remedy: lowercase, without a full stop, on one line.
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
                write!(f, "the type {ty} does not exist, and search_path names no schema that does")
            }
            Verdict::Missing { schema_exists: false } => {
                write!(f, "the type {ty} does not exist, and its schema does not either")
            }
            Verdict::NotRenamed { was } => {
                write!(f, "the type {ty} does not exist, but {was} does, which it used to be")
            }
            Verdict::WrongSchema { elsewhere } => {
                let noun = if elsewhere.len() == 1 { "the schema" } else { "each of the schemas" };
                write!(f, "the type {ty} does not exist, but {noun} ")?;
                for (index, schema) in elsewhere.iter().enumerate() {
                    write!(f, "{}{schema}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(" has one of that name")
            }
            Verdict::WrongKind { kind } => write!(f, "{ty} is not an enum type, but a {kind}"),
            Verdict::NotVisible => {
                write!(f, "{ty} cannot be used by {role}, who has no USAGE on its schema")
            }
            Verdict::Hidden { by } => {
                write!(
                    f,
                    "{ty} is hidden by something of that name in {by}, earlier on search_path"
                )
            }
            Verdict::NoUsage => write!(f, "{role} has no USAGE on the type {ty}"),
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
                "{ty} lacks the label {}, but has {}, which it used to be",
                Literal(label),
                Literal(was)
            ),
            Verdict::Order { label, after: Some(after) } => {
                write!(f, "{ty} has the label {} after {}", Literal(label), Literal(after))?;
                f.write_str(", and the enum has it elsewhere")
            }
            Verdict::Order { label, after: None } => {
                write!(f, "{ty} has the label {} first, and the enum does not", Literal(label))
            }
            Verdict::RetiredInUse { label, columns } => {
                write!(
                    f,
                    "{ty} has the label {}, which the enum says is removed, and rows hold it: ",
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
                    "{ty} has the label {}, which the enum says is removed, and {role} cannot see whether rows \
                     hold it: ",
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

/// All that `definitions` and a database disagree about, definition by definition.
///
/// `found` is what [`query`] says of the same definitions.
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

/// The definition, in the schema that it is looked at in.
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
            // These are about migrations, or the type.
            _ => continue,
        };
        verdicts.push((place, verdict));
    }
    // What is added may be put beside what gets another name. The sort is stable.
    let renames = |verdict: &Verdict| {
        matches!(verdict, Verdict::CaseOnly { .. } | Verdict::LabelNotRenamed { .. })
    };
    verdicts.sort_by_key(|(_, verdict)| !renames(verdict));
    verdicts
}

impl LiveEnum {
    /// As migrations would have it that make this type: there is one comparison.
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
