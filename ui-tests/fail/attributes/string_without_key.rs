use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum("status")]
enum Status {
    Draft,
}

fn main() {}
