use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "a", name = "b")]
enum Status {
    Draft,
}

fn main() {}
