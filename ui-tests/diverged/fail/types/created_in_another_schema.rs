use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "billing")]
enum Priority {
    Low,
    High,
}

fn main() {}
