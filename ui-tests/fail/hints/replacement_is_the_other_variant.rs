use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => Other))]
enum Status {
    Draft,
    #[pg_enum(other)]
    Other(String),
}

fn main() {}
