use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => Draft, "open" => NULL))]
enum Status {
    Draft,
}

fn main() {}
