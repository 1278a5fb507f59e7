use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("open" => Drft))]
enum Status {
    Draft,
}

fn main() {}
