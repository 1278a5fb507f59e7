use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
enum Status {
    Draft,
}

fn main() {}
