use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    #[pg_enum(was = "open")]
    Draft,
    #[pg_enum(was = "open")]
    Done,
}

fn main() {}
