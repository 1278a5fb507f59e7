use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("Draft"))]
enum Status {
    Draft,
}

fn main() {}
