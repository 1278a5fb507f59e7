use pg_enum::{PgEnum, PgModel};

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    Done,
}

#[derive(PgEnum)]
#[pg_enum(rename_all = "lowercase")]
enum Mood {
    Sad,
    Ok,
    Happy,
}

#[derive(PgModel)]
#[pg_model(table = "orders", complete)]
struct Order {
    id: i64,
    status: Status,
    mood: Option<Mood>,
    moods: Vec<Mood>,
    data: Option<Data>,
}

struct Data;

fn main() {}
