use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(external)]
#[pg_enum(external)]
enum Status {
    Draft,
}

fn main() {}
