use pg_enum::PgModel;

#[derive(PgModel)]
struct Row {
    #[pg_model(from = "orders.id")]
    id: i64,
    note: String,
}

fn main() {}
