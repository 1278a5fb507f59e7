//! One step of a plan, and its SQL.

use alloc::borrow::ToOwned;
#[cfg(feature = "drift")]
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::{Forbidding, ReplacedLabel, RetiredDefault, TypeName};
#[cfg(feature = "drift")]
use super::{Loss, Replacement};
use crate::display::from_fn;
use crate::sql;
use crate::{Definition, Literal};

/// The position of a new label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// Before this label, which exists at that moment.
    Before(String),
    /// After this label, which exists at that moment.
    After(String),
    /// At the end.
    Last,
}

/// One change of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Creates the type. The down statement drops it.
    CreateType {
        /// The type.
        name: TypeName,
        /// Its labels, in order.
        labels: Vec<String>,
        /// Its comment.
        comment: Option<String>,
    },
    /// Moves the type to another schema.
    MoveType {
        /// The type in its old schema.
        from: TypeName,
        /// The type in its new schema, with the same name.
        to: TypeName,
        /// The name after a later step, if a later step renames it.
        later: Option<TypeName>,
    },
    /// Renames the type.
    RenameType {
        /// The old name.
        from: TypeName,
        /// The new name, in the same schema.
        to: TypeName,
        /// The name before the earlier step, if there is one.
        earlier: Option<TypeName>,
    },
    /// Renames a label.
    RenameValue {
        /// The type, under its final name.
        name: TypeName,
        /// The label.
        from: String,
        /// The new label.
        to: String,
        /// The names of the type before earlier steps, from the last step to the first.
        earlier: Vec<TypeName>,
    },
    /// Renames labels that exchange their names: each former name but the first of a chain is the new name of another.
    ExchangeValues {
        /// The type, under its final name.
        name: TypeName,
        /// Each label and its new name, in the order of the type.
        renames: Vec<(String, String)>,
        /// A label that the type does not have, for the time of the step.
        temporary: String,
        /// The names of the type before earlier steps, from the last step to the first.
        earlier: Vec<TypeName>,
    },
    /// Adds a label. It stays on the way back, because `PostgreSQL` cannot remove it.
    AddValue {
        /// The type, under its final name.
        name: TypeName,
        /// The label.
        label: String,
        /// Its position.
        position: Position,
    },
    /// Replaces the type by one with other labels.
    #[cfg(feature = "drift")]
    ReplaceType(Box<Replacement>),
    /// Forbids retired labels in new rows of a table, by checks that are not validated. The down statement drops them.
    Forbid {
        /// The table.
        table: TypeName,
        /// The checks.
        forbidding: Vec<Forbidding>,
        /// Defaults that change with them.
        defaults: Vec<RetiredDefault>,
        /// How long it waits for the lock of the table at most, as a value of `lock_timeout`.
        lock_timeout: Option<String>,
    },
    /// Replaces retired labels in rows: in all columns of a table at once, because the checks refuse a row in which one of
    /// them is left.
    UpdateRows {
        /// The table.
        table: TypeName,
        /// What is replaced.
        replaced: Vec<ReplacedLabel>,
    },
    /// Validates checks that forbid retired labels: reads all rows of the table.
    Validate {
        /// The table.
        table: TypeName,
        /// The names of the constraints.
        constraints: Vec<String>,
    },
    /// Drops the type, if nothing uses it. The down statement creates it.
    DropType {
        /// The type.
        name: TypeName,
        /// Its labels.
        labels: Vec<String>,
    },
}

impl Position {
    fn sql(&self) -> sql::Position<'_> {
        match self {
            Self::Before(anchor) => sql::Position::Before(anchor),
            Self::After(anchor) => sql::Position::After(anchor),
            Self::Last => sql::Position::Last,
        }
    }
}

impl Step {
    /// The step that creates a definition's type.
    pub(crate) fn create(definition: Definition<'_>) -> Self {
        Self::CreateType {
            name: definition.into(),
            labels: definition.labels.iter().map(|&label| label.to_owned()).collect(),
            comment: definition.comment.map(ToOwned::to_owned),
        }
    }

    /// The statement without guards, for a step that adds a label; [`up_sql`](Self::up_sql) is for scripts.
    #[cfg(feature = "drift")]
    pub(crate) fn bare_sql(&self) -> Option<impl fmt::Display> {
        let Self::AddValue { name, label, position } = self else { return None };
        Some(sql::bare::add_value(name.sql(), label, position.sql()))
    }

    /// The old name of the type, if the step renames or moves it.
    pub(super) const fn starts_from(&self) -> Option<&TypeName> {
        match self {
            Self::MoveType { from, .. } | Self::RenameType { from, .. } => Some(from),
            _ => None,
        }
    }

    /// The up statement. It does nothing if the step is already done, and raises an error that says why the step is
    /// not possible.
    ///
    /// ```
    /// use pg_enum_core::Definition;
    /// use pg_enum_core::plan::plan;
    ///
    /// let mood = Definition::new("mood", &["sad"]);
    /// let plan = plan(None, mood)?;
    /// assert_eq!(plan.steps[0].up_sql().to_string(), mood.create_sql().to_string());
    /// assert_eq!(plan.steps[0].down_sql().to_string(), mood.drop_sql().to_string());
    /// # Ok::<(), pg_enum_core::plan::Unplannable>(())
    /// ```
    #[must_use]
    pub fn up_sql(&self) -> impl fmt::Display {
        from_fn(move |f| match self {
            Self::CreateType { name, labels, comment } => {
                write!(f, "{}", name.create_sql(labels, comment.as_deref()))
            }
            Self::MoveType { from, to, later } => {
                let later = later.as_ref().map(TypeName::sql);
                write!(f, "{}", sql::rename(from.sql(), to.sql(), later))
            }
            Self::RenameType { from, to, earlier: _ } => {
                write!(f, "{}", sql::rename(from.sql(), to.sql(), None))
            }
            Self::RenameValue { name, from, to, earlier: _ } => {
                write!(f, "{}", sql::rename_value(name.sql(), from, to, [None; 2]))
            }
            Self::ExchangeValues { name, renames, temporary, earlier: _ } => {
                write!(f, "{}", sql::exchange_values(name.sql(), renames, temporary, [None; 2]))
            }
            Self::AddValue { name, label, position } => {
                write!(f, "{}", sql::add_value(name.sql(), label, position.sql()))
            }
            #[cfg(feature = "drift")]
            Self::ReplaceType(replacement) => write!(f, "{}", replacement.sql()),
            Self::Forbid { table, forbidding, defaults, lock_timeout } => {
                let timeout = lock_timeout.as_deref();
                let forbidding: Vec<_> = forbidding.iter().map(Forbidding::sql).collect();
                let new = defaults.iter().map(|it| (&*it.column, it.to.as_deref()));
                let defaults: Vec<_> = new.collect();
                write!(f, "{}", sql::retire::forbid(table.sql(), &forbidding, &defaults, timeout))
            }
            Self::UpdateRows { table, replaced } => {
                let replaced: Vec<_> = replaced.iter().map(ReplacedLabel::sql).collect();
                write!(f, "{}", sql::retire::update(table.sql(), &replaced))
            }
            Self::Validate { table, constraints } => {
                let constraints: Vec<&str> = constraints.iter().map(|name| &**name).collect();
                write!(f, "{}", sql::retire::validate(table.sql(), &constraints))
            }
            Self::DropType { name, labels: _ } => write!(f, "{}", name.drop_sql()),
        })
    }

    /// Which migration file of its plan the step belongs to, from 0: each runs in its own transaction. The strong lock that
    /// adds a constraint must not be kept while rows are updated or read.
    ///
    /// ```
    /// use pg_enum_core::plan::{Step, TypeName};
    ///
    /// let table = TypeName { schema: None, name: "orders".into() };
    /// let step = Step::Validate { table, constraints: vec!["orders_status_not_x".into()] };
    /// assert_eq!(step.file(), 2);
    /// ```
    #[must_use]
    pub const fn file(&self) -> usize {
        match self {
            Self::UpdateRows { .. } => 1,
            Self::Validate { .. } => 2,
            _ => 0,
        }
    }

    /// Whether the step loses data: labels, and with them what rows have held.
    ///
    /// ```
    /// use pg_enum_core::plan::{Step, TypeName};
    ///
    /// let name = TypeName { schema: None, name: "mood".into() };
    /// let step = Step::DropType { name, labels: vec!["sad".into()] };
    /// assert!(step.is_destructive());
    /// ```
    #[must_use]
    pub fn is_destructive(&self) -> bool {
        match self {
            Self::DropType { .. } | Self::UpdateRows { .. } => true,
            #[cfg(feature = "drift")]
            Self::ReplaceType(replacement) => !replacement.effects.losses.is_empty(),
            _ => false,
        }
    }

    /// The down statement, with the same properties.
    ///
    /// ```
    /// use pg_enum_core::plan::{Position, Step, TypeName};
    ///
    /// let step = Step::AddValue {
    ///     name: TypeName { schema: Some("app".into()), name: "mood".into() },
    ///     label: "ok".into(),
    ///     position: Position::Last,
    /// };
    /// assert!(step.down_sql().to_string().starts_with("-- PostgreSQL cannot remove a label"));
    /// ```
    #[must_use]
    pub fn down_sql(&self) -> impl fmt::Display {
        from_fn(move |f| match self {
            Self::CreateType { name, .. } => write!(f, "{}", name.drop_sql()),
            Self::MoveType { from, to, later: _ } => {
                write!(f, "{}", sql::rename(to.sql(), from.sql(), None))
            }
            Self::RenameType { from, to, earlier } => {
                let earlier = earlier.as_ref().map(TypeName::sql);
                write!(f, "{}", sql::rename(to.sql(), from.sql(), earlier))
            }
            Self::RenameValue { name, from, to, earlier } => {
                let mut names = earlier.iter().map(TypeName::sql);
                let earlier = [names.next(), names.next_back()];
                write!(f, "{}", sql::rename_value(name.sql(), to, from, earlier))
            }
            Self::ExchangeValues { name, renames, temporary, earlier } => {
                let mut names = earlier.iter().map(TypeName::sql);
                let earlier = [names.next(), names.next_back()];
                let back: Vec<_> =
                    renames.iter().map(|(from, to)| (to.clone(), from.clone())).collect();
                write!(f, "{}", sql::exchange_values(name.sql(), &back, temporary, earlier))
            }
            Self::AddValue { .. } => f.write_str(NO_WAY_BACK),
            #[cfg(feature = "drift")]
            Self::ReplaceType(replacement) => write!(f, "{}", replacement.down_sql()),
            Self::Forbid { table, forbidding, defaults, .. } => {
                let constraints: Vec<&str> = forbidding.iter().map(|it| &*it.constraint).collect();
                let old = defaults.iter().map(|it| (&*it.column, Some(&*it.from)));
                let defaults: Vec<_> = old.collect();
                write!(f, "{}", sql::retire::allow(table.sql(), &constraints, &defaults))
            }
            Self::UpdateRows { .. } => f.write_str(STAYS_UPDATED),
            Self::Validate { .. } => f.write_str(STAYS_VALID),
            Self::DropType { name, labels } => write!(f, "{}", name.create_sql(labels, None)),
        })
    }

    /// The step that [`down_sql`](Self::down_sql) carries out, if it is one that rewrites tables.
    #[cfg(feature = "drift")]
    #[must_use]
    pub fn back(&self) -> Option<Self> {
        let Self::ReplaceType(replacement) = self else { return None };
        let back = replacement.back.as_ref()?.as_ref().ok()?;
        Some(Self::ReplaceType(back.clone()))
    }

    /// The step in one line, with any names: `add value 'ok' to app.mood after 'sad'`.
    ///
    /// ```
    /// use pg_enum_core::plan::{Position, Step, TypeName};
    ///
    /// let step = Step::AddValue {
    ///     name: TypeName { schema: Some("app".into()), name: "mood".into() },
    ///     label: "ok\n".into(),
    ///     position: Position::After("sad".into()),
    /// };
    /// assert_eq!(step.summary().to_string(), r"add value 'ok\n' to app.mood after 'sad'");
    /// ```
    #[must_use]
    pub fn summary(&self) -> impl fmt::Display {
        from_fn(move |f| {
            // The summary goes to a terminal or into a comment, so names must not break the line or hide characters.
            let mut line = OneLine(f);
            match self {
                Self::CreateType { name, .. } => write!(line, "create type {name}"),
                Self::MoveType { from, to, .. } => match &to.schema {
                    Some(schema) => write!(line, "move type {from} to schema {schema}"),
                    None => {
                        write!(line, "move type {from} to the first schema of search_path")
                    }
                },
                Self::RenameType { from, to, .. } => write!(line, "rename type {from} to {to}"),
                Self::RenameValue { name, from, to, .. } => {
                    let (from, to) = (Literal(from), Literal(to));
                    write!(line, "rename value {from} of {name} to {to}")
                }
                Self::ExchangeValues { name, renames, .. } => {
                    write!(line, "rename values of {name}: ")?;
                    for (index, (from, to)) in renames.iter().enumerate() {
                        let comma = if index == 0 { "" } else { ", " };
                        write!(line, "{comma}{} to {}", Literal(from), Literal(to))?;
                    }
                    Ok(())
                }
                Self::AddValue { name, label, position } => {
                    write!(line, "add value {} to {name}", Literal(label))?;
                    match position {
                        Position::Before(anchor) => write!(line, " before {}", Literal(anchor)),
                        Position::After(anchor) => write!(line, " after {}", Literal(anchor)),
                        Position::Last => Ok(()),
                    }
                }
                #[cfg(feature = "drift")]
                Self::ReplaceType(replacement) => {
                    let Replacement { name, effects, .. } = &**replacement;
                    write!(line, "replace type {name}")?;
                    for (index, Loss { label, .. }) in effects.losses.iter().enumerate() {
                        let word = if index == 0 { " without " } else { ", " };
                        write!(line, "{word}{}", Literal(label))?;
                    }
                    Ok(())
                }
                Self::Forbid { table, forbidding, .. } => {
                    for (index, Forbidding { column, label, .. }) in forbidding.iter().enumerate() {
                        let word = if index == 0 { "forbid" } else { "," };
                        write!(line, "{word} {} in {table}.{}", Literal(label), column.name)?;
                    }
                    Ok(())
                }
                Self::UpdateRows { table, replaced } => {
                    for (index, ReplacedLabel { column, label, to }) in replaced.iter().enumerate()
                    {
                        let word = if index == 0 { "replace" } else { "," };
                        write!(line, "{word} {} in {table}.{} by ", Literal(label), column.name)?;
                        match to {
                            Some(to) => write!(line, "{}", Literal(to))?,
                            None => write!(line, "NULL")?,
                        }
                    }
                    Ok(())
                }
                Self::Validate { table, constraints } => {
                    match &constraints[..] {
                        [constraint] => write!(line, "validate {constraint}")?,
                        many => write!(line, "validate {} checks", many.len())?,
                    }
                    write!(line, " of {table}")
                }
                Self::DropType { name, .. } => write!(line, "drop type {name}"),
            }
        })
    }
}

/// The comment contains no name, because a name could form a marker of a migration tool.
const NO_WAY_BACK: &str =
    "-- PostgreSQL cannot remove a label from a type: the added label stays.\n";

/// Likewise without names.
const STAYS_UPDATED: &str = "-- The rows that held the retired label are not changed back.\n";

/// Likewise.
const STAYS_VALID: &str = "-- The constraints are dropped by the migration that adds them.\n";

/// Escapes line breaks and invisible characters as Rust does.
struct OneLine<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for OneLine<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            '\'' | '"' | '\\' => self.0.write_char(c),
            // Not escaped, so that a combining mark stays with the character before it.
            c if c.is_alphanumeric() => self.0.write_char(c),
            c => write!(self.0, "{}", c.escape_debug()),
        })
    }
}
