//! PL/pgSQL: blocks are run as far as they can be known.
//!
//! Where a condition or the number of rounds of a loop is not known, every way is tried out. If they
//! come to the same enums, nothing is lost; otherwise what they may touch is reported as unknown and
//! stays as it was.

mod block;
mod body;
mod condition;
mod dynamic;
mod failure;
mod loops;
mod raise;
mod sql;
mod ways;

pub(crate) use self::block::{run_body, run_do};
pub(crate) use self::sql::Sql;
