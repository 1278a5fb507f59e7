use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(column = "a")]
    #[sqlx(rename = "b")]
    id: i64,
}

fn main() {}
