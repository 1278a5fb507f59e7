use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(was = "Draft")]
    Done,
}

fn main() {}
