use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(comment)]
enum Status {
    Draft,
}

fn main() {}
