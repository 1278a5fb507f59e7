use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "\"my.app.state")]
enum Status {
    Draft,
}

fn main() {}
