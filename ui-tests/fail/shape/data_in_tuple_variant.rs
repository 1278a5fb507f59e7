use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Done(u8),
}

fn main() {}
