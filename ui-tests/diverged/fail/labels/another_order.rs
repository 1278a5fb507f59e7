use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename_all = "lowercase")]
enum Mood {
    Ok,
    Sad,
    Happy,
}

fn main() {}
