use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired(Open))]
enum Status {
    Draft,
}

fn main() {}
