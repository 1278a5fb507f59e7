use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
}

const INSERT: &str = Order::INSERT_COLUMNS_SQL;

fn main() {
    println!("{INSERT}");
}
