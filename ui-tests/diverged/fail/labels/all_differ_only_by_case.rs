use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Mood {
    Sad,
    Ok,
    Happy,
}

fn main() {}
