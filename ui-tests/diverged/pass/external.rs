use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(external)]
enum Weather {
    Sunny,
}

// Of the name of one that the migrations make, too.
#[derive(PgEnum)]
#[pg_enum(external, name = "status")]
enum LegacyStatus {
    Open,
}

fn main() {
    assert_eq!(Weather::Sunny.label(), "Sunny");
    assert_eq!(LegacyStatus::Open.label(), "Open");
}
