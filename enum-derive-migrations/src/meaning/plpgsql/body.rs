//! A body that is being run.

use std::rc::Rc;
use std::sync::Arc;

use super::sql::Sql;
use crate::catalog::Catalog;
use crate::ground::Refusal;
use crate::meaning::expression::Evaluator;
use crate::meaning::limits::Limits;
use crate::meaning::session::Session;
use crate::text::body::Into;
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::child;

/// Where a statement goes on.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Exit(Option<Arc<str>>),
    Continue(Option<Arc<str>>),
    Return,
}

pub(super) type Ran = Result<Flow, Refusal>;

/// What the statements that come next may have been left out of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detour {
    /// The round of the loop.
    Round,
    /// The block.
    Block,
}

/// What may come next.
pub(super) enum Way {
    Nothing,
    /// A list of statements, from one of them on.
    Statements(SyntaxNode, usize),
    /// The statements of a block with handlers, which are a subtransaction.
    Guarded(SyntaxNode),
    /// Those of a handler, for an error: that, or another one that the handler is for as well.
    Handler {
        statements: SyntaxNode,
        error: Refusal,
        is_certain: bool,
    },
}

impl Way {
    pub(super) fn statements(&self) -> Option<&SyntaxNode> {
        match self {
            Self::Nothing => None,
            Self::Statements(statements, _)
            | Self::Guarded(statements)
            | Self::Handler { statements, .. } => Some(statements),
        }
    }
}

/// A body that is being run.
pub(super) struct Body<'a> {
    pub(super) sql: &'a mut dyn Sql,
    /// The `INTO`s that were cut out of its queries.
    pub(super) intos: Rc<[Into]>,
    /// The variables that have been declared, each with its type if that is named; the innermost last.
    pub(super) types: Vec<(Arc<str>, Option<SyntaxNode>)>,
    /// Whether the statements that come next may be left out.
    pub(super) detour: Option<Detour>,
    /// Errors that `EXCEPTION` blocks are dealing with, the innermost last.
    pub(super) handling: Vec<Refusal>,
}

impl<'a> Body<'a> {
    pub(super) fn new(sql: &'a mut dyn Sql, intos: Rc<[Into]>) -> Self {
        Self { sql, intos, types: Vec::new(), detour: None, handling: Vec::new() }
    }

    pub(super) fn session(&self) -> &Session {
        self.sql.session()
    }

    pub(super) fn session_mut(&mut self) -> &mut Session {
        self.sql.session_mut()
    }

    pub(super) fn catalog(&self) -> &Catalog {
        self.session().catalog()
    }

    pub(super) fn limits(&mut self) -> &mut Limits {
        &mut self.session_mut().run.limits
    }

    pub(super) fn evaluator(&mut self) -> Evaluator<'_> {
        self.sql.evaluator()
    }
}

pub(super) fn label_of(node: &SyntaxNode) -> Option<Arc<str>> {
    child(node, SyntaxKind::PLPGSQL_LABEL)
        .and_then(|label| child(&label, SyntaxKind::PLPGSQL_LABEL_NAME))
        .map(|label| name::identifier(&label))
}
