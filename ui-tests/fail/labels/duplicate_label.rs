use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    #[pg_enum(rename = "done")]
    Draft,
    #[pg_enum(rename = "done")]
    Done,
}

fn main() {}
