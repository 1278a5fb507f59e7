use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "status")]
enum Status {
    Draft,
}

fn main() {}
