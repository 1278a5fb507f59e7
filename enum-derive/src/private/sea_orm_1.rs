//! SeaORM 1.

#[cfg(feature = "sea-orm-1")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sea_orm_1 {
    ($($target:tt)*) => { $crate::__pg_enum_sea_orm! { sea_orm_1 $($target)* } };
}

#[cfg(not(feature = "sea-orm-1"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sea_orm_1 {
    ($($target:tt)*) => {};
}

#[cfg(feature = "sea-orm-1")]
mod codec {
    crate::__private0::sea_orm::codec!(sea_orm_1, sqlx_core_0_8, sqlx_0_8);

    use core::fmt;

    pub use sea_orm_1::sea_query::with_array::NotU8;
    use sea_orm_1::sea_query::{Iden, Quote, SeaRc};

    pub type Label = String;
    pub type Labels = Vec<Label>;

    /// An identifier that SeaORM writes as it is, between quotes.
    struct Escaped(&'static str);

    impl Iden for Escaped {
        fn quoted(&self, _: Quote) -> String {
            self.0.to_owned()
        }

        fn unquoted(&self, to: &mut dyn fmt::Write) {
            // `Iden` has no way to say that the writer, which is a `String`, failed.
            let _ = to.write_str(self.0);
        }
    }

    fn iden(text: &'static str) -> DynIden {
        SeaRc::new(Escaped(text))
    }

    /// The label. An `other` value becomes the message, which the server refuses, as this cannot fail.
    pub fn to_label<E: PgEnum>(value: &E) -> Label {
        value.static_label().map_or_else(|| not_ours(value), ToOwned::to_owned)
    }

    pub fn to_value<E: PgEnum>(value: &E) -> Value {
        to_label(value).into()
    }

    /// # Errors
    ///
    /// [`UnknownLabel`], as the source of `DbErr::TryIntoErr`.
    pub fn from_label<E: PgEnum>(label: &Label) -> Converted<E> {
        parse(label)
    }

    /// # Errors
    ///
    /// For a value of another type, `NULL` and an unknown label.
    pub fn from_value<E: PgEnum>(value: Value) -> Result<E, ValueTypeErr> {
        match value {
            Value::String(Some(label)) => from_label(&label).map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    #[must_use]
    pub fn null<E: PgEnum>() -> Value {
        Value::String(None)
    }

    #[must_use]
    pub fn array_type<E: PgEnum>() -> ArrayType {
        ArrayType::String
    }
}
#[cfg(feature = "sea-orm-1")]
pub use self::codec::*;
