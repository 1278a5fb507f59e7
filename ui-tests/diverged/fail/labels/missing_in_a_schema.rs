use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "app")]
enum Priority {
    Low,
    Middle,
    High,
}

fn main() {}
