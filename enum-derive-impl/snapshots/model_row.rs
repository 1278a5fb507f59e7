const _: () = {
    #[deprecated(
        note = "this model is not checked against the migrations: the columns of public.dynamic cannot be told (2.sql:3: the statement is put together at run time)"
    )]
    const NOT_CHECKED: () = ();
    NOT_CHECKED
};
const _: () = {
    use crate::reexported::pg_enum::__private0::{self as __p, Untold as _};
    const _: () = __p::hold(
        __p::Probe::<Option<i64>>::HOLDS,
        [315918590280121411],
        __p::Marked,
        "app.orders.id\nbigint\n1.sql:2\npublic",
    );
};
