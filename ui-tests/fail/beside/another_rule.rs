use pg_enum::PgEnum;
use postgres_types::{FromSql, ToSql};

#[derive(Debug, PgEnum, ToSql, FromSql)]
#[pg_enum(rename_all = "snake_case")]
#[postgres(name = "mood", rename_all = "kebab-case")]
enum Mood {
    Sad,
    VeryHappy,
}

fn main() {}
