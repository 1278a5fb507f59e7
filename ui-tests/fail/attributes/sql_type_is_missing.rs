#[derive(pg_enum::PgEnum)]
#[pg_enum(sql_type)]
enum Mood {
    Sad,
}

fn main() {}
