#![deny(deprecated)]

use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
pub struct Order {
    pub id: i64,
}

fn main() {}
