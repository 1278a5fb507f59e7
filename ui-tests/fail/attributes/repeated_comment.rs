use pg_enum::PgEnum;

/// Documented.
#[derive(PgEnum)]
#[pg_enum(comment, comment)]
enum Status {
    Draft,
}

fn main() {}
