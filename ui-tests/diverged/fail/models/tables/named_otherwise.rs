use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "order")]
struct Order {
    id: i64,
}

fn main() {}
