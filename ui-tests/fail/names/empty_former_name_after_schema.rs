use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "app.")]
enum Status {
    Draft,
}

fn main() {}
