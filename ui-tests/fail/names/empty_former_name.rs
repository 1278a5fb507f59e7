use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "")]
enum Status {
    Draft,
}

fn main() {}
