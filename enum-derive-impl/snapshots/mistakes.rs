#[automatically_derived]
impl<T> ::pg_enum::PgEnum for Casing<T>
where
    Self: 'static,
{
    type Label<'__value> = &'static ::core::primitive::str;
    const DEFINITION: &'static ::pg_enum::Definition<'static> = &::pg_enum::Definition::new(
        "",
        &[],
    );
    const VARIANTS: &'static [Self] = &[];
    const LABELS: &'static [&'static ::core::primitive::str] = &[];
    const NAME_SQL: &'static ::core::primitive::str = "";
    const LABELS_SQL: &'static ::core::primitive::str = "";
    const CREATE_SQL: &'static ::core::primitive::str = "";
    const DROP_SQL: &'static ::core::primitive::str = "";
    const UP_SQL: &'static ::core::primitive::str = "";
    const DOWN_SQL: &'static ::core::primitive::str = "";
    fn label(&self) -> &'static ::core::primitive::str {
        ""
    }
    fn from_label_bytes(_: &[::core::primitive::u8]) -> ::core::option::Option<Self> {
        ::core::option::Option::None
    }
}
#[automatically_derived]
impl<T> ::pg_enum::__private0::sqlx::Type<::pg_enum::__private0::sqlx::Postgres>
for Casing<T>
where
    Self: 'static,
{
    fn type_info() -> ::pg_enum::__private0::sqlx::PgTypeInfo {
        ::pg_enum::__private0::sqlx::PgTypeInfo::with_name(
            <Casing<T> as ::pg_enum::PgEnum>::NAME_SQL,
        )
    }
    fn compatible(
        __type: &::pg_enum::__private0::sqlx::PgTypeInfo,
    ) -> ::core::primitive::bool {
        ::pg_enum::__private0::sqlx::compatible::<Casing<T>>(__type)
    }
}
#[automatically_derived]
impl<T> ::pg_enum::__private0::sqlx::PgHasArrayType for Casing<T>
where
    Self: 'static,
{
    fn array_type_info() -> ::pg_enum::__private0::sqlx::PgTypeInfo {
        ::pg_enum::__private0::sqlx::PgTypeInfo::with_name("\"casing\"[]")
    }
    fn array_compatible(
        __type: &::pg_enum::__private0::sqlx::PgTypeInfo,
    ) -> ::core::primitive::bool {
        ::pg_enum::__private0::sqlx::array_compatible::<Casing<T>>(__type)
    }
}
#[automatically_derived]
impl<
    '__value,
    T,
> ::pg_enum::__private0::sqlx::Encode<'__value, ::pg_enum::__private0::sqlx::Postgres>
for Casing<T>
where
    Self: 'static,
{
    fn encode_by_ref(
        &self,
        __buffer: &mut ::pg_enum::__private0::sqlx::PgArgumentBuffer,
    ) -> ::core::result::Result<
        ::pg_enum::__private0::sqlx::IsNull,
        ::pg_enum::__private0::sqlx::BoxDynError,
    > {
        ::pg_enum::__private0::sqlx::encode(self, __buffer)
    }
}
#[automatically_derived]
impl<
    '__value,
    T,
> ::pg_enum::__private0::sqlx::Decode<'__value, ::pg_enum::__private0::sqlx::Postgres>
for Casing<T>
where
    Self: 'static,
{
    fn decode(
        __value: ::pg_enum::__private0::sqlx::PgValueRef<'__value>,
    ) -> ::core::result::Result<Self, ::pg_enum::__private0::sqlx::BoxDynError> {
        ::pg_enum::__private0::sqlx::decode(&__value)
    }
}
::core::compile_error! {
    "unknown attribute `color`; the attributes here are `name`, `schema`, `rename_all`, `removed`, `comment`, `crate`, `impl`"
}
::core::compile_error! {
    "PgEnum cannot be derived for a generic enum"
}
::core::compile_error! {
    "variant `Data` holds data, which a label cannot; only a variant marked `#[pg_enum(other)]` may"
}
::core::compile_error! {
    "duplicate label \"http\""
}
::core::compile_error! {
    "label \"http\" stands here first"
}
