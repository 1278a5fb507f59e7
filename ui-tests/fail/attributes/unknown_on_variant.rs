use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(label = "done")]
    Done,
}

fn main() {}
