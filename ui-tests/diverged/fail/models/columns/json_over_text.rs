use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    #[sqlx(json(nullable))]
    note: Option<Vec<i32>>,
}

fn main() {}
