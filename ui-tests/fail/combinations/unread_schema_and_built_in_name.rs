use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = app)]
enum Interval {
    Day,
}

fn main() {}
