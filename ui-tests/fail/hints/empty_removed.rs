use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("" => NULL))]
enum Status {
    Draft,
}

fn main() {}
