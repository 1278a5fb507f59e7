use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other, alias = "x")]
    Other(String),
}

fn main() {}
