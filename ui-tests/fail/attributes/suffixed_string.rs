use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Mood {
    #[pg_enum(rename = "ok"mood)]
    Ok,
}

fn main() {}
