use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", strict_null)]
struct Order {
    id: Option<i64>,
}

fn main() {}
