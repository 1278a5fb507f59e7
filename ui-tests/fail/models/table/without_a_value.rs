use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table)]
struct OrderItem {
    id: i64,
}

fn main() {}
