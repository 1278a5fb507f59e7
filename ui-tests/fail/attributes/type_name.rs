use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(type_name = "status")]
enum Status {
    Draft,
}

fn main() {}
