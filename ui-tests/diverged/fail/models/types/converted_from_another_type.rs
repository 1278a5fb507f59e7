use pg_enum::PgModel;
use sqlx::FromRow;

#[derive(Default)]
struct Id;

impl From<i32> for Id {
    fn from(_: i32) -> Self {
        Self
    }
}

#[derive(FromRow, PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[sqlx(try_from = "i32")]
    id: Id,
}

fn main() {}
