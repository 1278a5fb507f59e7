use pg_enum::PgModel;

mod copy {
    #[derive(pg_enum::PgEnum)]
    #[pg_enum(external, name = "status", schema = "archive")]
    pub(crate) enum Status {
        Draft,
    }
}

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order {
    id: i64,
    status: copy::Status,
}

fn main() {}
