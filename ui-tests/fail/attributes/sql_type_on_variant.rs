#[derive(pg_enum::PgEnum)]
enum Mood {
    #[pg_enum(sql_type = sql_types::Mood)]
    Sad,
}

fn main() {}
