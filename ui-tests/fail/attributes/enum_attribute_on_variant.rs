use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(schema = "app")]
    Done,
}

fn main() {}
