use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {}

fn main() {}
