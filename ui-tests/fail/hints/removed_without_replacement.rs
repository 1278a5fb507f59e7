use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open"))]
enum Status {
    Draft,
}

fn main() {}
