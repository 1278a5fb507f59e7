use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(retired("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"))]
enum Status {
    Draft,
}

fn main() {}
