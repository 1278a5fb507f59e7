use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename_all = "snake_case")]
enum Status {
    Draft,
    __,
}

fn main() {}
