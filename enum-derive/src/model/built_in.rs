//! The types of Rust itself.

extern crate alloc;
#[cfg(any(feature = "diesel", feature = "postgres"))]
extern crate std;

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(target_has_atomic = "ptr")]
use alloc::sync::Arc;
use alloc::vec::Vec;

#[cfg(feature = "diesel")]
use super::PgType;
use super::{ColumnType, Holds};

/// Implements [`ColumnType`] for types: by the list that tools read as well, or by names in `pg_type`, each with how
/// messages show it.
macro_rules! hold {
    ($($ty:ty;)*) => {
        $(impl $crate::model::ColumnType for $ty {
            const HOLDS: $crate::model::Holds = $crate::model::built_in::listed(stringify!($ty));
        })*
    };
    ($($ty:ty => $($name:literal $(as $sql:literal)?)|+;)*) => {
        $(impl $crate::model::ColumnType for $ty {
            const HOLDS: $crate::model::Holds = $crate::model::Holds::one_of(&[
                $($crate::model::PgType::built_in($name)$(.shown_as($sql))?),+
            ]);
        })*
    };
}
pub(super) use hold;

/// What the list has for a path.
pub(super) const fn listed(path: &str) -> Holds {
    let holds = Holds::of_rust(path);
    assert!(holds.is_known(), "the list of Rust's types has all of these");
    holds
}

hold! {
    bool;
    i8;
    i16;
    i32;
    i64;
    core::num::NonZeroI8;
    core::num::NonZeroI16;
    core::num::NonZeroI32;
    core::num::NonZeroI64;
    u32;
    f32;
    f64;
    str;
    String;
    core::time::Duration;
    core::net::IpAddr;
}

#[cfg(any(feature = "diesel", feature = "postgres"))]
hold! { std::time::SystemTime; }

impl ColumnType for u8 {
    // Diesel reads a `"char"` as one. No other driver reads anything as a single byte.
    #[cfg(feature = "diesel")]
    const HOLDS: Holds = i8::HOLDS;
    #[cfg(not(feature = "diesel"))]
    const HOLDS: Holds = Holds::UNKNOWN;

    // Diesel reads the addresses as arrays of six and eight bytes.
    #[cfg(feature = "diesel")]
    const ARRAY_HOLDS: Holds = Holds::one_of(&[
        PgType::built_in("bytea"),
        PgType::built_in("macaddr"),
        PgType::built_in("macaddr8"),
    ]);
    #[cfg(not(feature = "diesel"))]
    const ARRAY_HOLDS: Holds = Holds::BYTES;
}

impl<T: ColumnType> ColumnType for [T] {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType, const N: usize> ColumnType for [T; N] {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType> ColumnType for Vec<T> {
    const HOLDS: Holds = T::ARRAY_HOLDS;
}

impl<T: ColumnType> ColumnType for Option<T> {
    const HOLDS: Holds = T::HOLDS.or_null();
    const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
}

/// Pointers, which hold what they point to.
macro_rules! point {
    ($($(#[$attribute:meta])? $pointer:ty;)*) => {
        $($(#[$attribute])?
        impl<T: ColumnType + ?Sized> ColumnType for $pointer {
            const HOLDS: Holds = T::HOLDS;
            const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
        })*
    };
}

point! {
    &T;
    Box<T>;
    Rc<T>;
    #[cfg(target_has_atomic = "ptr")]
    Arc<T>;
}

impl<T: ColumnType + ToOwned + ?Sized> ColumnType for Cow<'_, T> {
    const HOLDS: Holds = T::HOLDS;
    const ARRAY_HOLDS: Holds = T::ARRAY_HOLDS;
}
