use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other, was = "x")]
    Other(String),
}

fn main() {}
