use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", colour = "red")]
struct Order {
    id: i64,
}

fn main() {}
