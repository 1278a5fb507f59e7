#[automatically_derived]
impl<T> ::pg_enum::PgEnum for Casing<T>
where
    Self: 'static,
{
    const __DERIVED: &'static ::pg_enum::__private0::Derived<Self> = &::pg_enum::__private0::Derived {
        definition: ::pg_enum::Definition::new("", &[]),
        variants: &[],
        array_sql: "[]",
        labels_sql: "",
        up_sql: "\n",
        down_sql: "\n",
    };
    fn static_label(&self) -> ::core::option::Option<&'static ::core::primitive::str> {
        ::core::option::Option::None
    }
    fn from_label_bytes(_: &[::core::primitive::u8]) -> ::core::option::Option<Self> {
        ::core::option::Option::None
    }
}
::pg_enum::__private0::codecs! {
    [T] [Casing < T >] [where Self : 'static,]
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
