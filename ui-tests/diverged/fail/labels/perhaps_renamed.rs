use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    Finished,
}

fn main() {}
