//! `was` may name a present label, if labels exchange their names.

use pg_enum::PgEnum;

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub enum Swap {
    #[pg_enum(was = "Off")]
    On,
    #[pg_enum(was = "On")]
    Off,
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub enum Chain {
    #[pg_enum(was = "Low")]
    Medium,
    #[pg_enum(was = "Medium")]
    High,
}

pub(crate) fn main() {}
