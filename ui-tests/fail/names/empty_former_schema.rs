use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = ".state")]
enum Status {
    Draft,
}

fn main() {}
