use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
}

#[derive(PgEnum)]
#[pg_enum(name = "mood", rename_all = "lowercase")]
enum Feeling {
    Sad,
    Ok,
    Happy,
    Elated,
}

fn main() {}
