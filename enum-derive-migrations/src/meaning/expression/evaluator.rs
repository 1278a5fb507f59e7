//! What evaluates expressions and queries, and what they may look at.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::ground::{Key, Location, Refusal};
use crate::meaning::doubts::Doubts;
use crate::meaning::limits::Limits;
use crate::meaning::value::Value;

/// What is around an expression. It looks at the catalog and changes nothing; what the functions do that it calls, the
/// host does.
pub(crate) trait Host {
    fn catalog(&self) -> &Catalog;

    /// What of it may be otherwise.
    fn doubts(&self) -> &Doubts;

    fn limits(&mut self) -> &mut Limits;

    /// Reports that something cannot be known, and which types it touches.
    fn unknown(&mut self, at: &Location, message: &str, touches: &[Key]);

    /// An expression may have failed.
    fn may_fail(&mut self, at: Location, sqlstate: &'static str);

    /// A function or procedure is called that is none of the server's own.
    fn call(&mut self, name: &str, arguments: &[Value], at: &Location);

    /// `set_config('search_path', …)`; without a path, it becomes what it was at first.
    fn set_path(&mut self, path: Option<Arc<[Arc<str>]>>, local: bool);

    /// `set_config('standard_conforming_strings', …)`
    fn set_backslash(&mut self, value: &str, local: bool, at: &Location);

    /// `set_config('check_function_bodies', …)`
    fn set_reads_bodies(&mut self, value: &str, local: bool);

    /// `set_config('transaction_read_only', …)` and `default_transaction_read_only`
    fn set_read_only(&mut self, setting: &str, value: &str, local: bool);
}

pub(crate) type Evaluated = Result<Value, Refusal>;

/// What evaluates expressions and the queries in them, and queries and the expressions in those.
pub(crate) struct Evaluator<'a> {
    pub(super) host: &'a mut dyn Host,
}

impl<'a> Evaluator<'a> {
    pub(crate) fn new(host: &'a mut dyn Host) -> Self {
        Self { host }
    }

    pub(super) fn catalog(&self) -> &Catalog {
        self.host.catalog()
    }

    pub(super) fn limits(&mut self) -> &mut Limits {
        self.host.limits()
    }
}
