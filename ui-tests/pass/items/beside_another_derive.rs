//! The first step from another derive: `PgEnum` beside it, for the checks.

use pg_enum::PgEnum;
use postgres_types::{FromSql, ToSql};

#[derive(Debug, PartialEq, PgEnum, ToSql, FromSql)]
#[pg_enum(rename_all = "snake_case")]
#[postgres(name = "mood", rename_all = "snake_case")]
enum Mood {
    Sad,
    #[pg_enum(rename = "fine")]
    #[postgres(name = "fine")]
    Ok,
    VeryHappy,
}

fn main() {
    assert_eq!(Mood::LABELS, ["sad", "fine", "very_happy"]);
    assert_eq!(Mood::from_label("fine"), Ok(Mood::Ok));
}
