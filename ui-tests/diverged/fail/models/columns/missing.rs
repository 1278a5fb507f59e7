use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    customer: i64,
}

fn main() {}
