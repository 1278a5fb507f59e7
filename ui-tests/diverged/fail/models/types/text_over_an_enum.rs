use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    status: String,
}

fn main() {}
