use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    #[pg_enum(alias = "open")]
    Draft,
    #[pg_enum(alias = "open")]
    Done,
}

fn main() {}
