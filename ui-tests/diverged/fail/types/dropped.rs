use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Color {
    Red,
}

fn main() {}
