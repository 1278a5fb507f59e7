use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "app", was = "app.status")]
enum Status {
    Draft,
}

fn main() {}
