use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "stub")]
struct Customer {
    id: i64,
    name: String,
    email: String,
    phone: Option<String>,
    notes: Vec<String>,
}

fn main() {}
