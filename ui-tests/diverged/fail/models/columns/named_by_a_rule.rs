use std::time::SystemTime;

use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", rename_all = "camelCase")]
struct Order {
    id: i64,
    created_at: SystemTime,
}

fn main() {}
