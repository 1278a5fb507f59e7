use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders_orders_orders_orders_orders_orders_orders_orders_orders_orders_")]
struct Order {
    id: i64,
}

fn main() {}
