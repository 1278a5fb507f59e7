use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other, rename = "x")]
    Other(String),
}

fn main() {}
