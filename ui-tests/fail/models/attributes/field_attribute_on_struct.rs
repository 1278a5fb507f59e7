use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", skip)]
struct Order {
    id: i64,
}

fn main() {}
