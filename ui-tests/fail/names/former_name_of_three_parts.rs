use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "database.app.state")]
enum Status {
    Draft,
}

fn main() {}
