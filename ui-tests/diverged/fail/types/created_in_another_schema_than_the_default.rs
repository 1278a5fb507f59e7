use pg_enum::PgEnum;

#[derive(PgEnum)]
enum Priority {
    Low,
    High,
}

fn main() {}
