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
const _: () = {
    use ::pg_enum::__private0::{self as __p, Untold as _};
    const _: () = __p::hold(
        __p::Probe::<i64>::HOLDS,
        [315918590280121411],
        __p::Unknown,
        "app.orders.id\nbigint\n1.sql:2\npublic",
    );
    const _: () = __p::hold(
        __p::Probe::<Option<Status>>::HOLDS,
        [
            1243840532144420963, 12488648974922627614, 12789400442698851086,
            6419989082879719177,
        ],
        __p::Nullable,
        "app.orders.status\napp.open_status\n1.sql:3\npublic",
    );
    const _: () = __p::hold(
        __p::Probe::<&'static str>::HOLDS,
        [11366760187812386287],
        __p::Unknown,
        "app.orders.Note\ntext\n1.sql:4\npublic",
    );
};
