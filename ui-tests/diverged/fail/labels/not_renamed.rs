use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    Review,
    #[pg_enum(was = "Done")]
    Finished,
}

fn main() {}
