//! The query that reads what depends on types.

use crate::sql;
use crate::sql::Query;

/// A query that reads what depends on each of the enums with these schemas and names, directly or through other objects.
/// It reads only the catalogs, and runs no user-defined code. [`Page::parse`](super::Page::parse) reads its rows.
///
/// An object that depends on two of the enums is in the result for each. Planning the query takes the server longer than
/// reading one type, so a query for many types takes hardly longer than one for a few; the memory for its result grows with
/// them.
#[must_use]
pub fn query(names: &[(&str, &str)]) -> Query {
    Query::new(sql::dependents(names))
}
