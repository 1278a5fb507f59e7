//! Writes the enum types of a database as Rust: reads the catalog ([`catalog`]), chooses names ([`names`]), and
//! writes the code ([`source`], [`overrides`]).

mod model;
mod names;
pub(crate) mod overrides;
pub(crate) mod source;
pub(crate) mod target;

pub(crate) use model::{Enum, best_rule, enums};
pub(crate) use source::derive_list;
