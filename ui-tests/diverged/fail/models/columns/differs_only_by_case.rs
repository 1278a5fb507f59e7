use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    #[pg_model(column = "Note")]
    note: Option<String>,
}

fn main() {}
