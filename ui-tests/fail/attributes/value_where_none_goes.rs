use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(comment = "the status")]
/// Documented.
enum Status {
    Draft,
}

fn main() {}
