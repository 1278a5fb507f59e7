use pg_enum::PgEnum;
use postgres_types::{FromSql, ToSql};

#[derive(Debug, PgEnum, ToSql, FromSql)]
#[postgres(name = "mood")]
enum Mood {
    Sad,
    #[postgres(name = "happy")]
    Happy,
}

fn main() {}
