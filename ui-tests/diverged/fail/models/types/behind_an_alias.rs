use pg_enum::PgModel;

type Maybe<T> = Option<Box<T>>;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    note: Maybe<i32>,
}

fn main() {}
