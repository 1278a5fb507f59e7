//! Expressions and queries, which have one another in them: both read the catalog, and change nothing of it.

mod aggregate;
mod cast;
mod catalogs;
mod env;
mod evaluate;
mod evaluator;
mod function;
mod operator;
mod order;
mod perhaps;
mod query;
mod rows;
mod source;
mod target;

pub(crate) use self::env::{Env, Parameters};
pub(crate) use self::evaluator::{Evaluated, Evaluator, Host};
pub(crate) use self::perhaps::is_in_doubt;
pub(crate) use self::rows::Rows;
