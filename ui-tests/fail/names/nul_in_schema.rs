use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "a\0pp")]
enum Status {
    Draft,
}

fn main() {}
