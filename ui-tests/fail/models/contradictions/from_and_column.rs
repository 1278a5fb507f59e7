use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(from = "jobs.id", column = "x")]
    id: i64,
}

fn main() {}
