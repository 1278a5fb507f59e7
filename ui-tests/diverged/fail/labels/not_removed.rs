use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("Review" => Draft))]
enum Status {
    Draft,
    Done,
}

fn main() {}
