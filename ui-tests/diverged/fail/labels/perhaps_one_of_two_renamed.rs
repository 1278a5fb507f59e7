use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Finished,
}

fn main() {}
