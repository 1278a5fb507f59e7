//! sqlx 0.7.

#[cfg(feature = "sqlx-0_7")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_7 {
    ($($target:tt)*) => { $crate::__pg_enum_sqlx! { sqlx_0_7 $($target)* } };
}

#[cfg(not(feature = "sqlx-0_7"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sqlx_0_7 {
    ($($target:tt)*) => {};
}

#[cfg(feature = "sqlx-0_7")]
mod codec {
    extern crate alloc;

    crate::__private0::sqlx::codec!(sqlx_core_0_7, sqlx_postgres_0_7, denotes);

    /// A column's type has the name in the catalog (`pg_type.typname`), without quotes and without its schema.
    fn denotes(name: &str, definition: &crate::Definition<'_>) -> bool {
        name == definition.name
    }

    pub type Encoded = IsNull;

    /// Encoding cannot fail in this version. An `other` value becomes the message, which is longer than any label, so
    /// that the server refuses it (22P02) and quotes it.
    #[inline]
    pub fn encode<E: PgEnum>(value: &E, buffer: &mut PgArgumentBuffer) -> Encoded {
        match value.static_label() {
            Some(label) => buffer.extend_from_slice(label.as_bytes()),
            None => {
                let message: alloc::string::String = crate::__private0::errors::not_ours(value);
                buffer.extend_from_slice(message.as_bytes());
            }
        }
        IsNull::No
    }
}
#[cfg(feature = "sqlx-0_7")]
pub use self::codec::*;
