#[derive(pg_enum::PgEnum)]
#[pg_enum(sql_type = "crate::schema::sql_types::Mood")]
enum Mood {
    Sad,
}

fn main() {}
