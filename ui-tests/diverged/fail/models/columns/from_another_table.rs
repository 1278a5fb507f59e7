use pg_enum::PgModel;

#[derive(PgModel)]
struct Row {
    #[pg_model(from = "orders.id")]
    id: i64,
    #[pg_model(from = "app.jobs.name")]
    name: String,
}

fn main() {}
