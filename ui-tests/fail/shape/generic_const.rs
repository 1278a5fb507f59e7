use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status<const N: usize> {
    Draft,
}

fn main() {}
