//! SeaORM 2.

#[cfg(feature = "sea-orm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sea_orm_2 {
    ($($target:tt)*) => { $crate::__pg_enum_sea_orm! { sea_orm_2 $($target)* } };
}

#[cfg(not(feature = "sea-orm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __pg_enum_sea_orm_2 {
    ($($target:tt)*) => {};
}

#[cfg(feature = "sea-orm")]
mod codec {
    crate::__private0::sea_orm::codec!(sea_orm, sqlx_core, sqlx_0_9);

    use alloc::borrow::Cow;

    pub use sea_orm::sea_query::Enum as Label;
    pub use sea_orm::sea_query::postgres_array::NotU8;
    use sea_orm::sea_query::{Iden, OptionEnum};

    pub type Labels = Vec<Label>;

    /// An identifier that SeaORM writes as it is, between quotes: what is in a borrowed text it takes as escaped.
    struct Escaped(&'static str);

    impl Iden for Escaped {
        fn quoted(&self) -> Cow<'static, str> {
            Cow::Borrowed(self.0)
        }

        fn unquoted(&self) -> &str {
            self.0
        }
    }

    fn iden(text: &'static str) -> DynIden {
        Escaped(text).into()
    }

    /// The label and the type, as of an enum with `rs_type = "Enum"`, which is the default of `DeriveActiveEnum`. With
    /// `rs_type = "String"` it is the label alone, which is one allocation less, and which sea-query does not cast to
    /// the type: a statement has to do it (sea-query 1.0, `src/backend/postgres/query.rs`).
    ///
    /// An `other` value becomes the message, which the server refuses, as this cannot fail.
    pub fn to_label<E: PgEnum>(value: &E) -> Label {
        let label = value.static_label().map_or_else(|| not_ours(value), Cow::Borrowed);
        Label { type_name: inner_name::<E>().into(), value: label }
    }

    pub fn to_value<E: PgEnum>(value: &E) -> Value {
        to_label(value).into()
    }

    /// # Errors
    ///
    /// [`UnknownLabel`], as the source of `DbErr::TryIntoErr`.
    pub fn from_label<E: PgEnum>(label: &Label) -> Converted<E> {
        parse(&label.value)
    }

    /// # Errors
    ///
    /// For a value of another type, `NULL` and an unknown label.
    pub fn from_value<E: PgEnum>(value: Value) -> Result<E, ValueTypeErr> {
        match value {
            Value::Enum(OptionEnum::Some(label)) => from_label(&label).map_err(|_| ValueTypeErr),
            _ => Err(ValueTypeErr),
        }
    }

    #[must_use]
    pub fn null<E: PgEnum>() -> Value {
        Value::Enum(OptionEnum::None(inner_name::<E>().into()))
    }

    #[must_use]
    pub fn array_type<E: PgEnum>() -> ArrayType {
        ArrayType::Enum(Box::new(inner_name::<E>().into()))
    }
}
#[cfg(feature = "sea-orm")]
pub use self::codec::*;
