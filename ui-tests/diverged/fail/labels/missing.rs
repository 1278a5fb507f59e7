use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    Approved,
    Done,
}

fn main() {}
