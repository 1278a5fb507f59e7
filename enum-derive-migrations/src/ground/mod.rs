//! What every floor speaks of and none computes: places in files, findings, events, refusals, a migration and its
//! parts, a tool's name.

mod event;
mod finding;
mod key;
mod migration;
pub(crate) mod parallel;
mod refusal;
mod sort;
mod step;
mod tool;

pub use self::event::{Change, Event, Side, Taken, TypeId};
pub use self::finding::{Finding, Kind, Location};
pub(crate) use self::key::{Key, in_order};
pub use self::migration::{Migration, Part, Script, Source, Transaction};
pub(crate) use self::refusal::{About, Done, Refusal};
pub(crate) use self::sort::{arrange, order, sort};
pub use self::step::{HOLE, Step};
pub(crate) use self::tool::Names;
pub use self::tool::{Tool, UnknownTool};
