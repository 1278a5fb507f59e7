use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "payments")]
struct Payment {
    id: i64,
}

fn main() {}
