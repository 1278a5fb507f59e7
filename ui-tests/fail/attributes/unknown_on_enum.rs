use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(lables = "lowercase")]
enum Status {
    Draft,
}

fn main() {}
