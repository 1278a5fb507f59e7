//! `BEGIN`, `COMMIT` and their like.

use std::sync::Arc;

use super::executor::Executor;
use crate::ground::Done;
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child_that, descendant};

impl Executor<'_> {
    pub(super) fn transaction(&mut self, node: &SyntaxNode) -> Done {
        use SyntaxKind as K;
        self.session.connection.check_not_dynamic()?;
        let chain = descendant(node, K::AND_CHAIN).is_some();
        let name = || {
            child_that(node, |kind| matches!(kind, K::SAVEPOINT | K::SAVEPOINT_REF))
                .map_or_else(|| Arc::from(""), |node| name::identifier(&node))
        };
        match node.kind() {
            K::BEGIN => {
                self.session.begin()?;
                self.set_transaction_modes(node);
                Ok(())
            }
            K::COMMIT_TRANSACTION => self.session.end(true, chain),
            K::ROLLBACK_TRANSACTION => self.session.end(false, chain),
            K::SAVEPOINT_CREATE => self.session.savepoint(name()),
            K::RELEASE_SAVEPOINT => self.session.connection.release(&name()),
            K::ROLLBACK_TO_SAVEPOINT => self.session.roll_back_to(&name()),
            // What is prepared is committed elsewhere, if at all.
            K::PREPARE_TRANSACTION => self.session.end(false, false),
            _ => Ok(()),
        }
    }
}

pub(super) fn is_transaction_control(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::BEGIN
            | K::COMMIT_TRANSACTION
            | K::ROLLBACK_TRANSACTION
            | K::SAVEPOINT_CREATE
            | K::RELEASE_SAVEPOINT
            | K::ROLLBACK_TO_SAVEPOINT
            | K::PREPARE_TRANSACTION
    )
}
