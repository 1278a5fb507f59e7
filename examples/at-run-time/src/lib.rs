//! The model of a service: two enums, and tables that use them.

use pg_enum::PgEnum;

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
#[pg_enum(rename_all = "snake_case")]
pub enum OrderState {
    /// Nobody has paid.
    Open,
    /// Somebody has.
    Paid,
    /// It is on its way.
    Shipped,
}

/// How somebody pays. Newer replicas may know more ways.
#[derive(Debug, Clone, PartialEq, Eq, PgEnum)]
#[pg_enum(rename_all = "snake_case")]
pub enum Payment {
    /// With a card.
    Card,
    /// After an invoice.
    Invoice,
    /// Some other way.
    #[pg_enum(other)]
    Other(String),
}

/// The tables.
pub const TABLES: &str = "
    CREATE TABLE orders (
        id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
        state order_state NOT NULL DEFAULT 'open',
        payment payment
    );
    CREATE INDEX ON orders (state) WHERE state <> 'shipped';
";
