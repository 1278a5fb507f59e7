use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => Drft))]
enum Status {
    Draft,
}

fn main() {}
