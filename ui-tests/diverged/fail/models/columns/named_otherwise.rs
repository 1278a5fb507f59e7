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
    id: i64,
    moood: Option<Mood>,
}

fn main() {}
