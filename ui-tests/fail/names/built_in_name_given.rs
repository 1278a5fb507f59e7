use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(name = "money")]
enum Status {
    Draft,
}

fn main() {}
