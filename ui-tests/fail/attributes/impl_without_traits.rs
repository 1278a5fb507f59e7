use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(impl)]
enum Status {
    Draft,
}

fn main() {}
