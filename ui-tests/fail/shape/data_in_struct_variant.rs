use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Done { at: u64 },
}

fn main() {}
