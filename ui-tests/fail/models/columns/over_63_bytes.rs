use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    #[pg_model(column = "column_column_column_column_column_column_column_column_column_column_")]
    id: i64,
}

fn main() {}
