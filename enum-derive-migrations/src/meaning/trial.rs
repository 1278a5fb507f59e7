//! Something is run to see what it comes to, and taken back.

use std::collections::HashSet;
use std::sync::Arc;

use crate::catalog::TableDoubts;
use crate::ground::Key;
use crate::meaning::session::{Point, Session};

/// What is being tried out, with the way back.
pub(crate) struct Attempt {
    point: Point,
    path: Arc<[Arc<str>]>,
}

/// What something would change.
pub(crate) struct Trial {
    pub touched: HashSet<Key>,
    pub anything: bool,
    /// Whether something in it is not known either.
    pub has_doubts: bool,
    pub relations: HashSet<Key>,
    /// Types that are no enums.
    pub others: HashSet<Key>,
    pub state: Vec<(Key, Vec<Arc<str>>)>,
    /// What is not known of tables after it.
    pub tables: TableDoubts,
}

impl Attempt {
    /// From here on, everything is only tried out.
    pub(crate) fn begin(session: &mut Session) -> Self {
        let point = session.point();
        // What is in doubt already may come into doubt again here.
        session.memory.doubts.set_apart();
        let path = Arc::clone(session.catalog().path());
        let size = session.catalog().size();
        session.run.limits.trials += 1;
        // Every enum is looked at.
        session.run.limits.charge(10 + size / 4);
        Self { point, path }
    }

    /// Takes it back, and says what it changed. That it may have failed is its own business: a migration is written
    /// to succeed.
    pub(crate) fn end(self, session: &mut Session) -> Trial {
        session.run.limits.trials -= 1;
        let catalog = session.catalog();
        let mut touched = catalog.enums_touched_since(self.point.mark);
        let relations = catalog.relations_touched_since(self.point.mark);
        let others = catalog.others_touched_since(self.point.mark);
        let anything = self.path != *catalog.path();
        let state = catalog.enum_state();
        let tables = catalog.table_doubts_since(self.point.mark);
        let doubts = session.memory.doubts.take_apart();
        let has_doubts = doubts.all || !doubts.types().is_empty();
        touched.extend(doubts.types().iter().cloned());
        let anything = anything || doubts.all;
        session.catalog_mut().doubt_checks_since(self.point.mark);
        session.roll_back(&self.point);
        Trial { touched, anything, has_doubts, relations, others, state, tables }
    }
}

impl Trial {
    pub(crate) fn changes_nothing(&self) -> bool {
        self.touched.is_empty() && !self.anything
    }
}
