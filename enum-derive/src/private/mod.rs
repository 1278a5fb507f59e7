//! What generated code refers to. Nothing here is for anybody else; all of it may change with any
//! release, which is why the module is named after the version's last number: the macro of one
//! release never meets the module of another.

use core::fmt;
pub use core::primitive::{bool, str};

use crate::PgEnum;

mod derived;
mod impls;
#[cfg(feature = "serde")]
pub mod serde;
#[cfg(feature = "sqlx")]
pub mod sqlx;

pub use self::derived::Derived;
pub use self::impls::{codecs, deserialize, display, from_str, serialize};

/// `Display` on request.
///
/// # Errors
///
/// The formatter's.
pub fn fmt<E: PgEnum>(value: &E, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.pad(value.label())
}
