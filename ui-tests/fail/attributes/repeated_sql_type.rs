#[derive(pg_enum::PgEnum)]
#[pg_enum(sql_type = sql_types::Mood, sql_type = sql_types::Other)]
enum Mood {
    Sad,
}

fn main() {}
