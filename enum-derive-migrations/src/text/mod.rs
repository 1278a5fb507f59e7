//! Text: cutting scripts, words, names, placeholders. Knows no catalog.

pub(crate) mod body;
pub(crate) mod created;
pub(crate) mod ddl;
pub(crate) mod directive;
pub(crate) mod escapes;
mod grammar;
mod keyword;
pub(crate) mod literal;
pub(crate) mod mask;
pub(crate) mod name;
pub(crate) mod nesting;
pub(crate) mod node;
pub(crate) mod origin;
pub(crate) mod output_name;
pub(crate) mod parser;
mod piece;
pub(crate) mod recent;
pub(crate) mod script;
pub(crate) mod span;
mod splitter;
mod statement;
pub(crate) mod strings;
pub(crate) mod syntax;
pub(crate) mod token;
pub(crate) mod tree;
pub(crate) mod word;

pub use self::statement::{Statement, words, words_at};
