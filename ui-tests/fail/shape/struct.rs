use pg_enum::PgEnum;

#[derive(PgEnum)]
struct Status {
    draft: bool,
}

fn main() {}
