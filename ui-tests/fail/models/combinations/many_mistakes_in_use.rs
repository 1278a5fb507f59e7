use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table, schema = "")]
struct Order {
    #[pg_model(skip, column = "x")]
    id: i64,
    #[pg_model(colour)]
    note: String,
}

fn main() {
    println!("{} {:?} {}", Order::TABLE, Order::INSERT_COLUMNS, Order::COLUMNS_SQL);
}
