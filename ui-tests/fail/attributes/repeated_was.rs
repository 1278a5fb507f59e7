use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(was = "done", was = "finished")]
    Done,
}

fn main() {}
