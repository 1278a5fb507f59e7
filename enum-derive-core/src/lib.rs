//! What a PostgreSQL enum type is, and the SQL that follows from it.
//!
//! This is the part of [pg-enum](https://docs.rs/pg-enum) that its macros, its tools and its run
//! time share: applications depend on `pg-enum` and meet this crate as `pg_enum::Definition`.
//!
//! - [`Definition`] is the one description of an enum type: schema, name, ordered labels, and the
//!   hints for change. It borrows everything, so a derived enum's lives in a `const`.
//! - Its `…_sql` methods render SQL. No other code of the project quotes an identifier or a
//!   literal.
//! - [`Definition::violations`] lists what PostgreSQL would refuse, or silently change.
//! - [`parse`] (feature `parse`) reads a definition from a Rust enum.
//! - [`record`] and [`divergence`] (feature `record`) hold what the migrations say, and compare.
//! - [`plan`] (feature `plan`) writes the SQL that takes the one to the other.
//! - [`drift`] (feature `drift`) reads what a database has, and compares.
//!
//! The crate does no I/O, and without features it is `no_std`, allocates nothing and depends on
//! nothing.

#![no_std]

#[cfg(any(feature = "parse", feature = "record"))]
extern crate alloc;

mod definition;
#[cfg(feature = "record")]
pub mod divergence;
#[cfg(feature = "drift")]
pub mod drift;
#[cfg(feature = "parse")]
pub mod parse;
#[cfg(feature = "plan")]
pub mod plan;
#[cfg(feature = "record")]
pub mod record;
mod sql;
mod violation;
mod visible;

pub use crate::definition::{Definition, Former, Removed, Renamed};
#[cfg(any(feature = "parse", feature = "record"))]
pub use crate::sql::unquote;
pub use crate::sql::{Ident, Literal, VisibleIdent, VisibleLiteral};
pub use crate::violation::{MAX_BYTES, Place, Problem, Violation, is_built_in_type};
pub use crate::visible::visible;
