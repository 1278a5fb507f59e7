use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
    #[pg_enum(other)]
    Unknown(String),
}

fn main() {}
