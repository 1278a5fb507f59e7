use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    a: i64,
    #[pg_model(column = "a")]
    b: i64,
}

fn main() {}
