//! Text: cutting scripts, words, names, placeholders. Knows no catalog.

pub(crate) mod body;
pub(crate) mod created;
pub(crate) mod ddl;
pub(crate) mod directive;
mod keyword;
pub(crate) mod mask;
pub(crate) mod name;
pub(crate) mod nesting;
pub(crate) mod origin;
mod piece;
pub(crate) mod script;
mod splitter;
mod statement;
pub(crate) mod strings;
pub(crate) mod syntax;
pub(crate) mod token;
pub(crate) mod tree;
pub(crate) mod word;

pub use self::statement::{Statement, words, words_at};
