use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = day_part)]
enum Interval {
    Day,
}

fn main() {}
