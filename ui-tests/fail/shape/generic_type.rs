use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status<T> {
    Draft,
    #[pg_enum(other)]
    Other(T),
}

fn main() {}
