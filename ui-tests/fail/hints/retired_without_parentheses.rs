use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired = "open")]
enum Status {
    Draft,
}

fn main() {}
