use pg_enum::PgModel;

macro_rules! row {
    ($name:ident, $($field:ident: $ty:ty),*) => {
        #[derive(PgModel)]
        #[pg_model(table = "orders")]
        struct $name {
            id: i64,
            $($field: $ty,)*
        }
    };
}

row!(Order, note: String, customer: i64);

fn main() {}
