//! `BEGIN`, `COMMIT` and their like.

use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Done;
use crate::meaning::session::Session;
use crate::text::name::{self};

impl Session {
    pub(super) fn transaction(&mut self, node: &SyntaxNode) -> Done {
        use SyntaxKind as K;
        let chain = node.descendants().any(|node| node.kind() == K::AND_CHAIN);
        let name = || {
            node.children()
                .find(|node| matches!(node.kind(), K::SAVEPOINT | K::SAVEPOINT_REF))
                .map_or_else(|| Arc::from(""), |node| name::identifier(&node))
        };
        match node.kind() {
            K::BEGIN => self.begin(),
            K::COMMIT_TRANSACTION => self.end(true, chain),
            K::ROLLBACK_TRANSACTION => self.end(false, chain),
            K::SAVEPOINT_CREATE => self.savepoint(name()),
            K::RELEASE_SAVEPOINT => self.release(&name()),
            K::ROLLBACK_TO_SAVEPOINT => self.roll_back_to(&name()),
            // What is prepared is committed elsewhere, if at all.
            K::PREPARE_TRANSACTION => self.end(false, false),
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
