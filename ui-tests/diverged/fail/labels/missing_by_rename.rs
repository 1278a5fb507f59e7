use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    #[pg_enum(rename = "approved")]
    Approved,
    Done,
}

fn main() {}
