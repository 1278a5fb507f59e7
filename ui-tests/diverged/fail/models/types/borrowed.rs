use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "orders")]
struct Order<'a> {
    id: i64,
    note: Option<&'a [u8]>,
}

fn main() {}
