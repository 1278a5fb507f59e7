use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(alias = "do\0ne")]
    Done,
}

fn main() {}
