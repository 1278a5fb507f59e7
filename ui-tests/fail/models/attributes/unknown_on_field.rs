use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(rename = "x")]
    id: i64,
}

fn main() {}
