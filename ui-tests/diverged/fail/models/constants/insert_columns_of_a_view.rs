use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "open_orders")]
struct OpenOrder {
    id: i64,
}

const INSERT: &[&str] = OpenOrder::INSERT_COLUMNS;

fn main() {
    println!("{INSERT:?}");
}
