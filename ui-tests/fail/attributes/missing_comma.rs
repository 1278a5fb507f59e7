use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "status" schema = "app")]
enum Status {
    Draft,
}

fn main() {}
