use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = 5)]
enum Status {
    Draft,
}

fn main() {}
