//! What a step does to a database and its clients: locks, rewritten tables, lost labels.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{LockTimeout, TypeName};
use crate::dependent::{Held, Size};
use crate::display::from_fn;
use crate::unseen::Unseen;
use crate::{Literal, visible};

/// What a step does to a database and its clients.
///
/// Its `Display` has a line for each part, or several with an indent, and no line break at the end. It is empty for a step
/// that affects nothing.
///
/// ```
/// use pg_enum_core::plan::{Position, Step, TypeName};
///
/// let step = Step::AddValue {
///     name: TypeName { schema: Some("app".into()), name: "mood".into() },
///     label: "ok".into(),
///     position: Position::Last,
/// };
/// assert_eq!(
///     step.effects().to_string(),
///     "locks: EXCLUSIVE on type app.mood, and no table. Nothing is rewritten or lost\n\
///      clients: prepared statements go on, and programs that lack 'ok' cannot decode rows that hold it"
/// );
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Effects {
    /// The locks that it holds until the end of the transaction, on types and on what queries read and write.
    pub locks: Vec<Lock>,
    /// How long it waits for each of them at most, if it says so itself ([`Plan::set_lock_timeout`](super::Plan)).
    pub lock_timeout: Option<LockTimeout>,
    /// The tables and materialized views that it writes anew.
    pub rewrites: Vec<Rewrite>,
    /// The tables that it reads as a whole, as the server describes them: `table app.t`.
    pub scans: Vec<String>,
    /// The rows that it changes.
    pub updates: Vec<Update>,
    /// The labels that it removes.
    pub losses: Vec<Loss>,
    /// The checks that it drops and does not create again.
    pub drops: Vec<Dropped>,
    /// What clients see.
    pub clients: Vec<Notice>,
}

/// A lock on an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The mode.
    pub mode: LockMode,
    /// The object.
    pub object: Locked,
}

/// What is locked. Its `Display` is as the server describes it: `table app.t`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// A type. Only changes of the type wait.
    Type(TypeName),
    /// A table or a view, as the server describes it, with its partitions if it has any.
    Relation(String),
}

/// The lock modes of `PostgreSQL` that steps take (manual, 13.3.1). Its `Display` is the name in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LockMode {
    /// Changes of the schema wait, and changes of the same rows.
    RowExclusive,
    /// Other changes of the schema wait, and `VACUUM`. Queries do not.
    ShareUpdateExclusive,
    /// Writes wait.
    ShareRowExclusive,
    /// Everything but plain reads waits. On a type, only other changes of the type.
    Exclusive,
    /// Everything waits, reads too.
    AccessExclusive,
}

/// A table or a materialized view that is written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// The table: `table app.t`.
    pub object: String,
    /// The number of its partitions.
    pub partitions: usize,
    /// Its size, with all partitions.
    pub size: Size,
}

/// Rows that get another label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// The column, as the server describes it: `column state of table app.orders`.
    pub column: String,
    /// The label that the rows hold.
    pub label: String,
    /// The label that replaces it; `None` is `NULL`.
    pub to: Option<String>,
}

/// A label that is removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The label.
    pub label: String,
    /// What replaces it in rows and defaults: a label or `NULL`. `None` if nothing does.
    pub replacement: Option<Option<String>>,
    /// The rows that hold it, column by column, as far as they were counted. Columns without such rows are left out.
    pub rows: Vec<Held>,
}

/// A check that has no effect without labels that are removed, such as one that forbids a retired label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dropped {
    /// The constraint, as the server describes it: `constraint c on table app.orders`.
    pub what: String,
    /// The labels.
    pub labels: Vec<String>,
}

/// What clients see. Its `Display` is a sentence without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The type has a label that programs may not know.
    NewLabel {
        /// The label.
        label: String,
    },
    /// The type has a label no longer, under this name.
    OldLabel {
        /// The label.
        label: String,
    },
    /// No row may hold the label any more.
    ForbiddenLabel {
        /// The label.
        label: String,
    },
    /// Labels have the names of others.
    ExchangedLabels {
        /// The labels whose names are others now.
        labels: Vec<String>,
    },
    /// The type has another name.
    OldName {
        /// The name until now.
        name: TypeName,
    },
    /// The type has another OID, and columns have another type.
    ///
    /// Measured on `PostgreSQL` 12 to 18: a statement prepared before fails with `XX000` (`cache lookup failed for type`) if a
    /// parameter is of the type, and with `0A000` (`cached plan must not change result type`) if a column is.
    AnotherType,
}

impl Effects {
    /// Whether a step locks tables or views, so that queries wait for it.
    ///
    /// ```
    /// assert!(!pg_enum_core::plan::Effects::default().blocks_queries());
    /// ```
    #[must_use]
    pub fn blocks_queries(&self) -> bool {
        self.locks.iter().any(|lock| matches!(lock.object, Locked::Relation(_)))
    }
}

impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { locks, lock_timeout, rewrites, scans, updates, losses, drops, clients } = self;
        if locks.is_empty() && rewrites.is_empty() && losses.is_empty() && clients.is_empty() {
            return Ok(());
        }
        write!(f, "locks: {}", visible(self.locks_display()))?;
        if !locks.is_empty() && !self.blocks_queries() {
            f.write_str(", and no table")?;
        }
        let loses_nothing = rewrites.is_empty() && losses.is_empty() && updates.is_empty();
        if loses_nothing {
            f.write_str(". Nothing is rewritten or lost")?;
        }
        if !scans.is_empty() {
            list(f, "reads all rows of", scans)?;
        }
        if !updates.is_empty() {
            list(f, "updates", updates)?;
        }
        if !rewrites.is_empty() || !losses.is_empty() {
            list(f, "rewrites", rewrites)?;
            list(f, "loses", losses)?;
        }
        if !drops.is_empty() {
            list(f, "drops", drops)?;
        }
        if !clients.is_empty() {
            write!(f, "\nclients: {}", visible(joined(clients)))?;
        }
        if let Some(timeout) = lock_timeout {
            write!(
                f,
                "\nwaits: at most {timeout} for each lock. After the error 55P03 nothing has changed: run it again at a \
                 quieter time"
            )?;
        }
        Ok(())
    }
}

/// One item beside its title, and several on lines of their own.
fn list(f: &mut fmt::Formatter<'_>, title: &str, items: &[impl fmt::Display]) -> fmt::Result {
    write!(f, "\n{title}:")?;
    match items {
        [] => f.write_str(" nothing"),
        // Names and labels must not end the line.
        [item] => write!(f, " {}", visible(item)),
        items => items.iter().try_for_each(|item| write!(f, "\n  {}", visible(item))),
    }
}

impl Effects {
    /// The objects of each mode, the strongest mode first.
    fn locks_display(&self) -> impl fmt::Display + '_ {
        from_fn(move |f| {
            let mut modes: Vec<LockMode> = self.locks.iter().map(|lock| lock.mode).collect();
            modes.sort_unstable();
            modes.dedup();
            if modes.is_empty() {
                return f.write_str("none");
            }
            for (index, mode) in modes.iter().rev().enumerate() {
                let comma = if index == 0 { "" } else { ", " };
                let of_mode = self.locks.iter().filter(|lock| lock.mode == *mode);
                let objects: Vec<&Locked> = of_mode.map(|lock| &lock.object).collect();
                write!(f, "{comma}{mode} on {}", joined(&objects))?;
            }
            Ok(())
        })
    }
}

fn joined(parts: &[impl fmt::Display]) -> impl fmt::Display + '_ {
    from_fn(move |f| {
        parts.iter().enumerate().try_for_each(|(index, part)| {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{part}")
        })
    })
}

impl fmt::Display for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(name) => write!(f, "type {name}"),
            Self::Relation(described) => f.write_str(described),
        }
    }
}

impl fmt::Display for LockMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

impl fmt::Display for Rewrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, partitions, size } = self;
        match partitions {
            0 => write!(f, "{object} ({size})"),
            1 => write!(f, "{object} with 1 partition ({size})"),
            _ => write!(f, "{object} with {partitions} partitions ({size})"),
        }
    }
}

impl fmt::Display for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, label, to } = self;
        write!(f, "{column} from {} to ", Literal(label))?;
        match to {
            Some(to) => write!(f, "{}", Literal(to)),
            None => f.write_str("NULL"),
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { label, replacement, rows } = self;
        write!(f, "{}", Literal(label))?;
        match replacement {
            None => {}
            Some(None) => f.write_str(", replaced by NULL")?,
            Some(Some(label)) => write!(f, ", replaced by {}", Literal(label))?,
        }
        if rows.is_empty() {
            let none = if replacement.is_none() { ", which no row may hold" } else { " (no rows)" };
            return f.write_str(none);
        }
        if rows.iter().any(|held| held.rows == Err(Unseen::NoDatabase)) {
            return f.write_str(" (rows are not counted without a database)");
        }
        for (index, Held { column, rows, .. }) in rows.iter().enumerate() {
            let before = if index == 0 { " (" } else { ", " };
            match rows {
                Ok(1) => write!(f, "{before}1 row in {column}")?,
                Ok(rows) => write!(f, "{before}{rows} rows in {column}")?,
                Err(why) => write!(f, "{before}{column} not counted because {why}")?,
            }
        }
        f.write_str(")")
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, labels } = self;
        write!(f, "{what}, which has no effect without ")?;
        for (index, label) in labels.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}", Literal(label))?;
        }
        Ok(())
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewLabel { label } => write!(
                f,
                "prepared statements go on, and programs that lack {} cannot decode rows that hold it",
                Literal(label)
            ),
            Self::OldLabel { label } => write!(
                f,
                "statements that contain {0} fail (22P02), also prepared ones when they are planned again, and so do \
                 programs that send {0}",
                Literal(label)
            ),
            Self::ForbiddenLabel { label } => write!(
                f,
                "prepared statements go on, and statements that write {0} fail (23514), as does any update of a row that \
                 still holds {0}",
                Literal(label)
            ),
            Self::ExchangedLabels { labels } => {
                for (index, label) in labels.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", Literal(label))?;
                }
                f.write_str(" mean other rows at once, so programs must be replaced at the same time")
            }
            Self::OldName { name } => {
                write!(f, "new statements that name the type {name} fail (42704)")
            }
            Self::AnotherType => f.write_str(
                "statements that were prepared before fail (XX000, 0A000). sqlx 0.9.0 fails on such a connection until it \
                 is closed, and a pooler that keeps statements (PgBouncer) needs RECONNECT",
            ),
        }
    }
}
