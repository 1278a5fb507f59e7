use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
union Order {
    id: i64,
}

fn main() {}
