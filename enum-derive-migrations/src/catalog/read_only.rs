//! Whether the transaction may write.

/// `default_transaction_read_only` of the session, and `transaction_read_only` of the transaction that runs. What the former is
/// set to for a transaction alone has no effect, as none begins in it.
#[derive(Clone, Copy, Default)]
pub(super) struct ReadOnly {
    pub session: bool,
    pub transaction: Option<bool>,
}

impl ReadOnly {
    /// The transaction ends.
    pub(super) fn end(&mut self) {
        self.transaction = None;
    }

    pub(super) fn is_on(self) -> bool {
        self.transaction.unwrap_or(self.session)
    }
}
