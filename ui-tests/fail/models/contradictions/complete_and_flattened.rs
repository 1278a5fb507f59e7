use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders", complete)]
struct Order {
    #[sqlx(flatten)]
    address: Address,
}

#[derive(FromRow)]
struct Address {
    street: String,
}

fn main() {}
