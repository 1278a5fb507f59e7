#[automatically_derived]
impl<'a, T> ::pg_enum::PgModel for Order<'a, T> {
    const __FACTS: ::pg_enum::__private0::ModelFacts = ::pg_enum::__private0::ModelFacts {
        table: "app.orders",
        columns: &["id", "status", "Note", "other", "data"],
        columns_sql: "id, status, \"Note\", other, data",
        insert_columns: &["status", "Note", "other", "data"],
        insert_columns_sql: "status, \"Note\", other, data",
    };
}
#[allow(deprecated, unused_imports)]
const _: () = {
    use ::pg_enum::__private0::{self as __p, Untold as _};
    const _: () = __p::hold(
        __p::Probe::<i64>::HOLDS,
        ["app.orders.id", "bigint", "1.sql:2", "public"],
        &[("pg_catalog", "int8", false)],
        __p::Unknown,
    );
    const _: () = __p::hold(
        __p::Probe::<Option<Status>>::HOLDS,
        ["app.orders.status", "app.open_status", "1.sql:3", "public"],
        &[("app", "open_status", false), ("app", "status", false)],
        __p::Nullable,
    );
    const _: () = __p::hold(
        __p::Probe::<&'static str>::HOLDS,
        ["app.orders.Note", "text", "1.sql:4", "public"],
        &[("pg_catalog", "text", false)],
        __p::Unknown,
    );
};
