//! Whether the transaction may write.

use super::{Catalog, Undo};

/// `default_transaction_read_only` of the session, and `transaction_read_only` of the transaction that runs. What the former is
/// set to for a transaction alone has no effect, as none begins in it.
#[derive(Clone, Copy, Default)]
pub(super) struct ReadOnly {
    session: bool,
    transaction: Option<bool>,
}

impl ReadOnly {
    /// The transaction ends.
    pub(super) fn end(&mut self) {
        self.transaction = None;
    }
}

impl Catalog {
    /// A transaction block begins, which is what transactions are by themselves until it is set.
    pub(crate) fn begin_transaction(&mut self) {
        self.read_only.transaction = Some(self.read_only.session);
    }

    /// Sets what transactions are by themselves.
    pub(crate) fn set_default_read_only(&mut self, is_on: bool) {
        self.journal.push(Undo::ReadOnly(self.read_only));
        self.read_only.session = is_on;
    }

    /// Sets what the transaction is that runs.
    pub(crate) fn set_read_only(&mut self, is_on: bool) {
        self.journal.push(Undo::ReadOnly(self.read_only));
        self.read_only.transaction = Some(is_on);
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only.transaction.unwrap_or(self.read_only.session)
    }
}
