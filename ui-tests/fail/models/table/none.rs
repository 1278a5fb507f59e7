use pg_enum::PgModel;

#[derive(PgModel)]
struct OrderItem {
    id: i64,
}

fn main() {}
