use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum]
enum Status {
    Draft,
}

fn main() {}
