use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, FromStr, Display))]
enum Status {
    Draft,
}

fn main() {}
