//! A type that is replaced by one with other labels.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::{Effects, TypeName};
use crate::display::from_fn;
use crate::sql;

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
    pub(super) block: Block,
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
    /// The statements.
    pub(super) body: String,
}

impl Replacement {
    /// The block.
    pub(super) fn sql(&self) -> impl fmt::Display {
        from_fn(move |f| {
            let Self { name, old, new, effects, block, .. } = self;
            let Block { later, entries, catalogs, body } = block;
            let timeout = effects.lock_timeout.as_ref().map(ToString::to_string);
            let [old, new] = [old, new].map(|it| texts(it));
            let catalogs = catalogs.as_deref().map(texts);
            let swap = sql::swap::Swap {
                name: name.sql(),
                later: later.as_ref().map(TypeName::sql),
                old: &old,
                new: &new,
                entries,
                catalogs: catalogs.as_deref(),
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
