use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(pg::name = "status")]
enum Status {
    Draft,
}

fn main() {}
