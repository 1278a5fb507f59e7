#[automatically_derived]
impl<'a, T> ::pg_enum::PgModel for Order<'a, T> {
    const __FACTS: ::pg_enum::__private0::ModelFacts = ::pg_enum::__private0::ModelFacts {
        table: "app.orders",
        columns: &["id", "status", "Note", "other", "data"],
        columns_sql: "id, status, \"Note\", other, data",
        insert_columns: &[],
        insert_columns_sql: "",
    };
    const INSERT_COLUMNS: &'static [&'static ::pg_enum::__private0::str] = ::pg_enum::__private0::untold_insert();
    const INSERT_COLUMNS_SQL: &'static ::pg_enum::__private0::str = ::pg_enum::__private0::untold_insert_sql();
}
