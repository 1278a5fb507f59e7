use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("open"))]
enum Status {
    #[pg_enum(was = "open")]
    Draft,
}

fn main() {}
