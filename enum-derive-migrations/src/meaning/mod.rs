//! What statements mean: they turn text into changes of the catalog.

pub(crate) mod assumptions;
pub(crate) mod doubts;
pub(crate) mod expression;
pub(crate) mod failures;
pub(crate) mod limits;
pub(crate) mod literal;
pub(crate) mod plpgsql;
pub(crate) mod session;
pub(crate) mod statement;
pub(crate) mod trial;
pub(crate) mod value;
