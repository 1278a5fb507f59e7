//! Reads folders of `PostgreSQL` migrations and replays them without a database.

pub mod folder;

mod finding;
mod replay;

pub use crate::finding::{Finding, Kind, Location};
pub use crate::folder::Folder;
pub use crate::replay::{
    Change, EnumState, Event, LabelState, Options, Replay, Side, TypeId, UnknownVersion,
};
