use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename_all = "lowercase", rename_all = "UPPERCASE")]
enum Status {
    Draft,
}

fn main() {}
