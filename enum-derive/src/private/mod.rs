//! The items that generated code uses. Nothing here is for other code, and everything may change in any release. The
//! module is named after the patch version, so that a macro of one release cannot be combined with the module of
//! another.

use core::fmt;
pub use core::option::Option::{self, None, Some};
pub use core::primitive::{bool, str, u8};

use crate::PgEnum;

mod derived;
pub mod diesel;
#[cfg(any(
    feature = "diesel",
    feature = "postgres",
    feature = "sea-orm",
    feature = "sea-orm-1",
    feature = "sqlx",
    feature = "sqlx-0_8",
    feature = "sqlx-0_7"
))]
mod errors;
mod impls;
mod model;
#[cfg(any(feature = "sqlx", feature = "sqlx-0_8", feature = "sqlx-0_7"))]
mod names;
pub mod postgres;
pub mod sea_orm;
pub mod sea_orm_1;
pub mod sea_orm_2;
#[cfg(feature = "serde")]
pub mod serde;
mod sqlx;
pub mod sqlx_0_7;
pub mod sqlx_0_8;
pub mod sqlx_0_9;

pub use self::derived::{Derived, Hints, NO_HINTS};
pub use self::model::{
    Marked, ModelFacts, Never, Nullable, Probe, Unknown, Untold, hold, type_of, untold_insert,
    untold_insert_sql,
};
#[cfg(feature = "registry")]
pub use ::inventory;

pub use self::impls::{codecs, deserialize, display, from_str, register, serialize};

/// `Display` on request.
///
/// # Errors
///
/// The formatter's.
pub fn fmt<E: PgEnum>(value: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.pad(value.label())
}

/// The label that an `other` variant holds.
pub fn lend_label<T: AsRef<str>>(held: &T) -> &str {
    held.as_ref()
}

/// The label as an `other` variant holds it; `None` if it is not UTF-8.
pub fn hold_label<T: for<'label> From<&'label str>>(label: &[u8]) -> Option<T> {
    core::str::from_utf8(label).ok().map(T::from)
}
