#[derive(pg_enum::PgEnum)]
#[pg_enum(sql_type = pg_enum::diesel::Sql<Mood>)]
enum Mood {
    Sad,
}

fn main() {}
