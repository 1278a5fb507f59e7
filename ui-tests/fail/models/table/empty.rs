use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "")]
struct Order {
    id: i64,
}

fn main() {}
