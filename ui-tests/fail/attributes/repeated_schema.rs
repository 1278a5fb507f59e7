use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "app")]
#[pg_enum(schema = "app")]
enum Status {
    Draft,
}

fn main() {}
