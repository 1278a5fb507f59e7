use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.state")]
enum Status {
    Draft,
}

fn main() {}
