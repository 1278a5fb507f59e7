use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status<'a> {
    Draft,
    #[pg_enum(other)]
    Other(&'a str),
}

fn main() {}
