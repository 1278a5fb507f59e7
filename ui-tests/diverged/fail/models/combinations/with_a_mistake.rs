use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders", colour = "red")]
struct Order {
    id: i32,
    id2: i32,
}

fn main() {}
