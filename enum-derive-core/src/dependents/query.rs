//! The query that reads what depends on a type.

use crate::sql;
use crate::sql::Query;

/// A query that reads what depends on the enum with this name, directly or through other objects. It reads only the
/// catalogs, and runs no user-defined code. It has no rows if there is no such enum.
#[must_use]
pub fn query(schema: &str, name: &str) -> Query {
    Query::new(sql::dependents(schema, name))
}
