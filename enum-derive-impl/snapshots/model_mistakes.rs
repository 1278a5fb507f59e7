#[automatically_derived]
impl ::pg_enum::PgModel for OrderItem {
    const __FACTS: ::pg_enum::__private0::ModelFacts = ::pg_enum::__private0::ModelFacts {
        table: "order_item",
        columns: &["id"],
        columns_sql: "id",
        insert_columns: &[],
        insert_columns_sql: "",
    };
}
::core::compile_error! {
    "`table` needs the name of the table; write `table = \"order_item\"`"
}
::core::compile_error! {
    "unknown attribute `color`; the attributes here are `table`, `schema`, `complete`, `strict_null`, `external`, `rename_all`, `crate`"
}
::core::compile_error! {
    "remove this, because the field has `skip` and is not compared"
}
