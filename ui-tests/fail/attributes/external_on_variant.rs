use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(external)]
    Done,
}

fn main() {}
