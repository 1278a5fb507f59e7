use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl(Display, Debug))]
enum Status {
    Draft,
}

fn main() {}
