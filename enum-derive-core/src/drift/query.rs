//! The query that looks up types.

use super::Scope;
use crate::sql::Query;
use crate::{Definition, sql};

/// A query that looks up all `definitions`. [`Found::parse`](super::Found::parse) reads each of its rows.
///
/// It reads only the catalogs, for which any role has the privileges, unless `rows` asks it to search tables. Where it
/// reads a table, it runs no view, policy or expression.
///
/// If the labels are equal to the definition's, they are not sent back.
///
/// ```
/// use pg_enum_core::Definition;
/// use pg_enum_core::drift::{Scope, query};
///
/// let mood = Definition::new("mood", &["sad"]).in_schema("app");
/// let query = query(&[mood], Scope::Own, false);
/// assert!(query.select().contains("(0, 'app', 'mood', 1, 'sad', NULL, false)"));
/// ```
#[must_use]
pub fn query(definitions: &[Definition<'_>], scope: Scope<'_>, rows: bool) -> Query {
    Query::new(sql::look_up(definitions, scope, rows))
}
