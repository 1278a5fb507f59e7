//! What depends on an enum type in a database: columns, defaults, indexes, constraints, views, functions and so on.
//!
//! [`query`] is a single query. A driver runs it with `search_path` set to `pg_catalog` and `quote_all_identifiers` off, and
//! [`Page::parse`] reads its rows. [`plan_swap`](crate::plan::plan_swap) plans with the result.
//!
//! ```
//! use pg_enum_core::dependents::query;
//!
//! let query = query(&[("app", "mood"), ("app", "state")]);
//! assert!(query.select().contains("unnest(ARRAY['app', 'app']::name[], ARRAY['mood', 'state']::name[])"));
//! ```

mod after;
mod known;
mod page;
mod parse;
mod printed;
mod query;
mod rows;

#[cfg(all(test, feature = "drift"))]
pub(crate) use self::known::object as plain;
pub use self::known::{Known, KnownCheck, KnownColumn, KnownIndex, KnownStatements, KnownTable};
pub use self::page::Page;
pub use self::printed::KnownType;
pub use self::query::{PAGE, query};
pub use self::rows::count;
pub use crate::dependent::{Dependents, Entry, Generated, Grant, Held, Holds, Kind, Object, Size};
