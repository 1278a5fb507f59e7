use pg_enum::PgModel;

#[derive(PgModel)]
struct Row {
    #[pg_model(from = "orders.id")]
    id: i64,
    #[pg_model(column = "note")]
    text: String,
}

fn main() {}
