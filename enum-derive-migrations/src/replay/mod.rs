//! Replay: what a folder's migrations make of a database's enums, statement by statement, by the
//! server's rules and without a server.

mod code;
mod code_runner;
mod findings;
mod idle;
mod mentions;
mod options;
mod prepared;
mod round_trip;
mod runner;
mod state;
mod tables;
mod tables_sql;
mod trips;
mod way;

use std::collections::HashSet;
use std::sync::Arc;

pub use self::mentions::{
    CommentState, IndexState, MentionState, NotLiteral, SentUnder, StatementState,
};
pub use self::options::{Options, UnknownVersion};
use self::runner::replayed;
pub use self::state::{EnumState, LabelState};
pub use self::tables::{
    CheckState, ColumnState, ColumnType, Generated, KeyKind, KeyState, RelationKind, TableState,
    UnknownTable,
};
pub use self::trips::{Changed, RoundTrip};
use crate::folder::Folder;
use crate::ground::{Event, Finding, Location, Taken, TypeId};

/// What the migrations say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Replay {
    /// Every enum that is there in the end, by schema and name.
    pub enums: Vec<EnumState>,
    /// Types that are not among the enums, and that something may have made that cannot be known: schema, name and the
    /// place of the finding.
    pub perhaps: Vec<(String, String, Location)>,
    /// Whether something that cannot be known may have made any type.
    pub vague: bool,
    /// Every table and view that is there in the end but the temporary ones, by schema and name, if they are asked for
    /// ([`Options::tables`]); also those that may be there or not, as unknown.
    pub tables: Vec<TableState>,
    /// What may have made any table, where something like that cannot be known, if tables are asked for.
    pub any_table: Option<UnknownTable>,
    /// The first statement that changes a table which no migration creates, if tables are asked for: the migrations do not begin
    /// with an empty database.
    pub older_table: Option<Location>,
    /// What may depend on enums or on their columns besides tables, if tables are asked for.
    pub mentions: Vec<MentionState>,
    /// Likewise, the comments of types, indexes and constraints, in order.
    pub comments: Vec<CommentState>,
    /// Likewise, the names that tables, columns and the like have got instead of others.
    pub renamed: HashSet<Arc<str>>,
    /// Everything that happened to enums, in order, those that were dropped included. What was rolled
    /// back did not happen.
    pub events: Vec<Event>,
    /// The columns and views that went with enums that were dropped (`CASCADE`), as far as they are followed.
    pub taken: Vec<Taken>,
    /// What the server would refuse, what cannot be known, what cannot be read: in the order in
    /// which the migrations run.
    pub findings: Vec<Finding>,
    /// How many migrations were replayed, the one that was refused included.
    pub replayed: usize,
    /// How many of them were taken back ([`Options::down`]), the one that was refused included.
    pub taken_back: usize,
    /// How many there were to replay. Fewer were replayed where one is refused.
    pub total: usize,
}

impl Replay {
    /// Replays all of a folder, as [`Options::new`] has it.
    #[must_use]
    pub fn of(folder: &Folder) -> Self {
        let options = Options::new();
        match options.replay(folder) {
            Ok(replay) => replay,
            // Without a version there is none that could be missing.
            Err(UnknownVersion { .. }) => replayed(folder, &options, 0),
        }
    }

    /// What happened to one enum, in order.
    pub fn events_of(&self, id: TypeId) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.id == id)
    }
}
