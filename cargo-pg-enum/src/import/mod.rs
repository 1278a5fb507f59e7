//! Writes the enum types and the tables of a database as Rust: reads the catalog ([`catalog`], [`tables`], [`retired`]),
//! chooses names ([`names`]) and types ([`columns`]), and writes the code ([`source`], [`structs`], [`overrides`]).

pub(crate) mod columns;
mod model;
mod names;
pub(crate) mod overrides;
pub(crate) mod retired;
pub(crate) mod source;
pub(crate) mod structs;
pub(crate) mod tables;
pub(crate) mod target;

pub(crate) use model::{Enum, best_rule, enums};
pub(crate) use source::derive_list;
