use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String, u8),
}

fn main() {}
