use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(removed(Open => Draft))]
enum Status {
    Draft,
}

fn main() {}
