use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename = "status")]
enum Status {
    Draft,
}

fn main() {}
