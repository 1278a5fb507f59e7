use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Interval {
    Day,
}

fn main() {}
