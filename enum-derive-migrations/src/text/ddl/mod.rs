//! Definitions of tables, read from their tokens.
//!
//! A tree of the whole statement takes several times as long, and most statements of most folders define tables. What
//! is in an expression is left alone: only where it stands is kept. Rules are those of `src/backend/parser/gram.y`
//! (PostgreSQL 12 to 18).

mod alter;
mod constraint;
mod create;
mod cursor;
mod index;
mod mention;
mod named;
mod type_name;

pub(crate) use self::alter::{Action, ActionKind, AlterTable};
pub(crate) use self::constraint::{Constraint, ConstraintKind};
pub(crate) use self::create::{ColumnDefinition, CreateTable, Element, Like};
pub(crate) use self::index::table_of_unique_index;
pub(crate) use self::mention::{Again, Made, Mention};
pub(crate) use self::named::Named;
pub(crate) use self::type_name::{Fields, TypeName, TypePath};

use super::token::Token;

/// What a statement says of a table, read when its script was cut.
pub(crate) enum Definition {
    /// Apart, as it needs more room than the other.
    Create(Box<CreateTable>),
    Alter(AlterTable),
}

impl Definition {
    /// Whether a statement that begins with this word may have one.
    pub(super) fn begins_with(word: &str) -> bool {
        word.eq_ignore_ascii_case("create") || word.eq_ignore_ascii_case("alter")
    }

    /// Reads the tokens of a statement; `None` if there is none, or it is not understood.
    pub(super) fn of(tokens: &[Token<'_>]) -> Option<Self> {
        match CreateTable::of(tokens) {
            Some(table) => Some(Self::Create(Box::new(table))),
            None => AlterTable::of(tokens).map(Self::Alter),
        }
    }
}
