use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl("Display"))]
enum Status {
    Draft,
}

fn main() {}
