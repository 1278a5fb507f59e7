use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
enum Status {
    Draft,
}

fn main() {}
