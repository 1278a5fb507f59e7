//! sqlx 0.9.

#[cfg(feature = "sqlx")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_9 {
    ($($target:tt)*) => { $crate::__pg_enum_sqlx! { sqlx_0_9 $($target)* } };
}

#[cfg(not(feature = "sqlx"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_9 {
    ($($target:tt)*) => {};
}

#[cfg(feature = "sqlx")]
mod codec {
    crate::__private0::sqlx::codec!(sqlx_core, sqlx_postgres, names::denotes);
    crate::__private0::sqlx::encode!();
}
#[cfg(feature = "sqlx")]
pub use self::codec::*;
