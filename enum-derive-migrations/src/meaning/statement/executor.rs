//! What runs statements.

use crate::catalog::Catalog;
use crate::meaning::expression::Evaluator;
use crate::meaning::limits::Limits;
use crate::meaning::session::Session;

/// Runs statements in a session.
pub(crate) struct Executor<'a> {
    pub(super) session: &'a mut Session,
}

impl<'a> Executor<'a> {
    pub(crate) fn new(session: &'a mut Session) -> Self {
        Self { session }
    }

    pub(super) fn catalog(&self) -> &Catalog {
        self.session.catalog()
    }

    pub(super) fn catalog_mut(&mut self) -> &mut Catalog {
        self.session.catalog_mut()
    }

    pub(super) fn limits(&mut self) -> &mut Limits {
        &mut self.session.run.limits
    }

    pub(super) fn evaluator(&mut self) -> Evaluator<'_> {
        Evaluator::new(self)
    }
}
