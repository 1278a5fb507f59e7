//! The query that reads what depends on types.

use crate::sql;
use crate::sql::Query;

/// How many types one query should read. The server takes longer to plan the query than to read a type: with this many,
/// planning is a fifth of the time. What is kept of types with a hundred dependents each is some tens of megabytes.
pub const PAGE: usize = 200;

/// A query that reads what depends on each of the enums with these schemas and names, directly or through other objects.
/// It reads only the catalogs, and runs no user-defined code. [`Page::parse`](super::Page::parse) reads its rows.
///
/// An object that depends on two of the enums is in the result for each. Names of more than [`PAGE`] enums are for several
/// queries.
#[must_use]
pub fn query(names: &[(&str, &str)]) -> Query {
    Query::new(sql::dependents(names))
}
