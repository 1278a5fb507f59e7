use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
}

fn main() {}
