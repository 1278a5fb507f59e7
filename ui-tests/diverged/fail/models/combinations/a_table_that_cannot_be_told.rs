#![deny(deprecated)]

use pg_enum::PgModel;

#[derive(PgModel)]
#[pg_model(table = "tenants")]
struct Tenant {
    id: i64,
}

fn main() {}
