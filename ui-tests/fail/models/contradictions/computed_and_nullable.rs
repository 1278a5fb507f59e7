use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(computed, nullable)]
    id: Option<i64>,
}

fn main() {}
