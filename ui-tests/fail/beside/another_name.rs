use pg_enum::PgEnum;
use postgres_types::{FromSql, ToSql};

#[derive(Debug, PgEnum, ToSql, FromSql)]
#[postgres(name = "Mood")]
enum Mood {
    Sad,
    Happy,
}

fn main() {}
