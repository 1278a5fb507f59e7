use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Weather {
    Sunny,
}

fn main() {}
