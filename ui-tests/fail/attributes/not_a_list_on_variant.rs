use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum = "done"]
    Done,
}

fn main() {}
