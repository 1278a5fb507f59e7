use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
enum Order {
    A,
}

fn main() {}
