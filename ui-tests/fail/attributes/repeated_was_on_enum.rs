use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(was = "state", was = "condition")]
enum Status {
    Draft,
}

fn main() {}
