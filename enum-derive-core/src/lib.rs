//! The definition of a PostgreSQL enum type, and the SQL for it.
//!
//! The macros, the tools and the runtime of [pg-enum](https://docs.rs/pg-enum) share this crate. Applications depend
//! on `pg-enum`, which re-exports [`Definition`].
//!
//! - [`Definition`] is the description of an enum type: schema, name, ordered labels, and hints about changes. It
//!   borrows everything, so that a derived enum has it in a `const`.
//! - Its `…_sql` methods render SQL. No other code in the project quotes identifiers or literals.
//! - [`Definition::violations`] lists what PostgreSQL would refuse or silently change.
//! - [`column`](mod@column) compares the type of a struct's field with a column, in constants.
//! - [`parse`] (feature `parse`) reads a definition from a Rust enum, and a model from a struct.
//! - [`record`], [`divergence`] and [`model`] (feature `record`) hold the result of the migrations, and compare it with
//!   a definition and with a struct.
//! - [`plan`] (feature `plan`) writes the SQL that changes a type to match its definition.
//! - [`retire`] (feature `record`) says in which columns a retired label is not forbidden, and [`forbids`] what a check
//!   forbids.
//! - [`drift`] (feature `drift`) reads the types of a database, and compares them with definitions.
//! - [`dependents`] (feature `drift`) reads what depends on a type in a database.
//! - [`smoke`] (feature `drift`) tries each label in each column of a database.
//!
//! The crate does no I/O. Without features it is `no_std`, does not allocate and has no dependencies.

#![no_std]

#[cfg(any(feature = "parse", feature = "record"))]
extern crate alloc;

#[cfg(feature = "record")]
mod array;
pub mod column;
mod definition;
#[cfg(feature = "drift")]
mod dependent;
#[cfg(feature = "drift")]
pub mod dependents;
mod display;
#[cfg(feature = "record")]
pub mod divergence;
#[cfg(feature = "drift")]
pub mod drift;
mod edit_distance;
#[cfg(feature = "record")]
mod forbid;
#[cfg(feature = "plan")]
mod hash;
#[cfg(feature = "record")]
pub mod model;
#[cfg(feature = "parse")]
pub mod parse;
#[cfg(feature = "plan")]
pub mod plan;
#[cfg(feature = "record")]
pub mod record;
#[cfg(feature = "record")]
pub mod retire;
#[cfg(feature = "drift")]
pub mod smoke;
mod sql;
#[cfg(feature = "drift")]
mod unseen;
mod violation;
mod visible;

pub use crate::definition::{Definition, Former, Removed, Renamed, Retired, RetiredRows};
pub use crate::edit_distance::edit_distance;
#[cfg(feature = "record")]
pub use crate::forbid::forbids;
#[cfg(any(feature = "parse", feature = "record"))]
pub use crate::sql::unquote;
pub use crate::sql::{Ident, Literal, VisibleIdent, VisibleLiteral};
pub use crate::violation::{MAX_BYTES, Place, Problem, Violation, built_in_type, is_built_in_type};
pub use crate::visible::visible;
