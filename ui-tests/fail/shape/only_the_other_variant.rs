use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    #[pg_enum(other)]
    Other(String),
}

fn main() {}
