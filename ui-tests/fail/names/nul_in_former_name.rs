use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "a\0b")]
enum Status {
    Draft,
}

fn main() {}
