#![forbid(deprecated, unused)]

use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
pub struct Order {
    pub id: i64,
    pub note: Option<String>,
    #[pg_model(column = "place")]
    pub anything: (),
}

fn main() {
    assert_eq!(Order::INSERT_COLUMNS_SQL, "note, place");
}
