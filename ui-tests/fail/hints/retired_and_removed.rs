use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("open" => NULL), retired("open"))]
enum Status {
    Draft,
}

fn main() {}
