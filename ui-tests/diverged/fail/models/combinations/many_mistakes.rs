use pg_enum::{PgEnum, PgModel};

#[derive(PgEnum)]
#[pg_enum(rename_all = "lowercase")]
enum Mood {
    Sad,
    Ok,
    Happy,
}

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i32,
    status: Mood,
    note: String,
    customer: i64,
    moods: Vec<Mood>,
}

fn main() {}
