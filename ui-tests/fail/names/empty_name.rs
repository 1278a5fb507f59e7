use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "")]
enum Status {
    Draft,
}

fn main() {}
