use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Status {
    Draft,
    #[pg_enum(rename = "Draft")]
    Review,
}

fn main() {}
