use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
enum Status {
    Draft,
}

fn main() {}
