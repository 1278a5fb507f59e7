use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Done(),
}

fn main() {}
