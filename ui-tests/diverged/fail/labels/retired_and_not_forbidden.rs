use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("Review"))]
enum Status {
    Draft,
    Done,
}

fn main() {}
