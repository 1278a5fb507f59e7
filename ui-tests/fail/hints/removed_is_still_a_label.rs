use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed("Draft" => NULL))]
enum Status {
    Draft,
}

fn main() {}
