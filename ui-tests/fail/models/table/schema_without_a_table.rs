use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(schema = "app")]
struct Row {
    #[pg_model(from = "orders.id")]
    id: i64,
}

fn main() {}
