use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(external = true)]
enum Status {
    Draft,
}

fn main() {}
