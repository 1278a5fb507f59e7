//! What an order is made of, and what the migrations have to say the same of.

use pg_enum::{PgEnum, PgModel};

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(rename_all = "snake_case")]
pub(crate) enum OrderStatus {
    Placed,
    Paid,
    Shipped,
}

/// Who brings it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(rename_all = "snake_case")]
pub(crate) enum Carrier {
    CargoBike,
    Van,
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq, PgModel)]
#[pg_model(table = "orders", complete)]
pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) status: OrderStatus,
    pub(crate) carrier: Option<Carrier>,
}
