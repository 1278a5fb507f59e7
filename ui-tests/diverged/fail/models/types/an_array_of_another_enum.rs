use pg_enum::{PgEnum, PgModel};

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    Done,
}

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    moods: Vec<Status>,
}

fn main() {}
