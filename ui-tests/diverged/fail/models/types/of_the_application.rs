use pg_enum::PgModel;
use pg_enum::model::{ColumnType, Holds};

struct OrderId(i32);

impl ColumnType for OrderId {
    const HOLDS: Holds = i32::HOLDS;
}

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: OrderId,
}

fn main() {}
