use pg_enum::PgEnum;

/// One line,
#[doc = concat!("and ", "another.")]
#[derive(PgEnum)]
#[pg_enum(comment)]
enum Mood {
    Ok,
}

fn main() {}
