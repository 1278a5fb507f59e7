use pg_enum::PgEnum;

#[derive(PgEnum)]
#[pg_enum(schema = "app", retired("Low"))]
enum Priority {
    High,
}

fn main() {}
