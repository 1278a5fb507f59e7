use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(nullable)]
    #[sqlx(flatten)]
    address: Address,
}

#[derive(FromRow)]
struct Address {
    street: String,
}

fn main() {}
