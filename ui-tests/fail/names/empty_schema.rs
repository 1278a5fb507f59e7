use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "")]
enum Status {
    Draft,
}

fn main() {}
