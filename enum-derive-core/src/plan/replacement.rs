//! A type that is replaced by one with other labels.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Effects, LockTimeout, Obstacle, TypeName};
use crate::Literal;
use crate::display::from_fn;
use crate::sql;
use crate::sql::swap::{Compared, Details};

/// A type that is replaced by one with other labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// The type.
    pub name: TypeName,
    /// Its labels before.
    pub old: Vec<String>,
    /// Its labels after.
    pub new: Vec<String>,
    /// What it locks, rewrites and removes.
    pub effects: Effects,
    /// What is dropped and created again, as the server describes it.
    pub restored: Vec<String>,
    /// Functions whose bodies contain a label that is removed or renamed, and the label. The bodies are not changed.
    pub mentions: Vec<(String, String)>,
    /// The replacement that goes back. On the way back itself, there is none.
    pub back: Option<Result<Box<Replacement>, Irreversible>>,
    pub(super) block: Block,
}

/// Why there is no way back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Irreversible {
    /// Rows that held these labels hold others, which other rows hold too.
    Labels {
        /// The labels.
        labels: Vec<String>,
    },
    /// Something cannot be carried back.
    Obstacles {
        /// What it is, and why.
        obstacles: Vec<Obstacle>,
    },
}

impl fmt::Display for Irreversible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Labels { labels } => {
                f.write_str("rows that held ")?;
                for (index, label) in labels.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", Literal(label))?;
                }
                f.write_str(" hold values now that other rows hold too")
            }
            Self::Obstacles { obstacles } => {
                obstacles.iter().enumerate().try_for_each(|(index, obstacle)| {
                    let separator = if index == 0 { "" } else { "; " };
                    write!(f, "{separator}{obstacle}")
                })
            }
        }
    }
}

/// The text of the block that replaces a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// The name of the type after later steps, if they rename or move it.
    pub(super) later: Option<TypeName>,
    /// The dependents that the plan knows, as SQL expressions.
    pub(super) entries: Vec<String>,
    /// The catalogs that they are in; `None` if only those are compared that depend on the type directly.
    pub(super) catalogs: Option<Vec<String>>,
    /// What is compared of these.
    pub(super) details: Details,
    /// What statements of the migrations create again.
    pub(super) again: Vec<String>,
    /// Whether columns are converted by comparing them with each old label.
    pub(super) compares_labels: bool,
    /// Statements that raise an error if rows cannot be converted.
    pub(super) check: String,
    /// The statements.
    pub(super) body: String,
}

impl Replacement {
    /// Limits how long it waits for each lock, on the way back as well.
    pub(super) fn set_lock_timeout(&mut self, timeout: Option<&LockTimeout>) {
        let blocks = self.effects.blocks_queries();
        self.effects.lock_timeout = timeout.filter(|_| blocks).cloned();
        if let Some(Ok(back)) = &mut self.back {
            back.set_lock_timeout(timeout);
        }
    }

    /// The down statement: the way back, or an error.
    pub(super) fn down_sql(&self) -> impl fmt::Display {
        from_fn(move |f| match &self.back {
            Some(Ok(back)) => write!(f, "{}", back.sql()),
            Some(Err(why)) => write!(f, "{}", sql::swap::refusal::refusal(self.name.sql(), why)),
            None => write!(f, "{}", self.sql()),
        })
    }

    /// The block.
    pub(super) fn sql(&self) -> impl fmt::Display {
        from_fn(move |f| {
            let Self { name, old, new, effects, block, .. } = self;
            let Block { later, entries, catalogs, details, again, compares_labels, check, body } =
                block;
            let timeout = effects.lock_timeout.as_ref().map(ToString::to_string);
            let [old, new] = [old, new].map(|it| texts(it));
            let catalogs = catalogs.as_deref().map(texts);
            let again = texts(again);
            let swap = sql::swap::Swap {
                name: name.sql(),
                later: later.as_ref().map(TypeName::sql),
                old: &old,
                new: &new,
                entries,
                compared: match &catalogs {
                    Some(catalogs) => Compared::All(catalogs),
                    None => Compared::Direct(*details),
                },
                again: &again,
                compares_labels: *compares_labels,
                check,
                lock_timeout: timeout.as_deref(),
                body,
            };
            write!(f, "{}", sql::swap::swap(swap))
        })
    }
}

fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}
