use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders", rename_all = "camelCase")]
#[sqlx(rename_all = "PascalCase")]
struct Order {
    order_id: i64,
}

fn main() {}
