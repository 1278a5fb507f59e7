//! What statements mean: they turn text into changes of the catalog.

pub(crate) mod expression;
pub(crate) mod plpgsql;
pub(crate) mod query;
pub(crate) mod session;
pub(crate) mod statement;
pub(crate) mod value;
