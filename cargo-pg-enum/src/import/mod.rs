//! From the enum types of a database to Rust: what the catalog says ([`catalog`]), what to call it
//! ([`names`]), and how it is written ([`source`], [`overrides`]).

mod model;
mod names;
pub(crate) mod overrides;
pub(crate) mod source;
pub(crate) mod target;

pub(crate) use model::{Enum, enums};
