//! sqlx 0.8.

#[cfg(feature = "sqlx-0_8")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_8 {
    ($($target:tt)*) => { $crate::__pg_enum_sqlx! { sqlx_0_8 $($target)* } };
}

#[cfg(not(feature = "sqlx-0_8"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_8 {
    ($($target:tt)*) => {};
}

#[cfg(feature = "sqlx-0_8")]
mod codec {
    crate::__private0::sqlx::codec!(sqlx_core_0_8, sqlx_postgres_0_8, names::denotes);
    crate::__private0::sqlx::encode!();
}
#[cfg(feature = "sqlx-0_8")]
pub use self::codec::*;
