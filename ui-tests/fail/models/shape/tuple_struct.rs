use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order(i64);

fn main() {}
