use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(rename_all = "snake-case")]
enum Status {
    Draft,
}

fn main() {}
