use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "forecast")]
enum Weather {
    Sunny,
}

fn main() {}
