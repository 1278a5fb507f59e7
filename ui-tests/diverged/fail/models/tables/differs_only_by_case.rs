use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "Orders")]
struct Order {
    id: i64,
}

fn main() {}
