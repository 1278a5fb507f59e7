use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(rename = "do\0ne")]
    Done,
}

fn main() {}
