use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", rename_all = "snake")]
struct Order {
    id: i64,
}

fn main() {}
