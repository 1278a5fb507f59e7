//! The rows of queries.

use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::env::Env;
use crate::meaning::value::{Row, Value};
use crate::text::syntax::has_token;

/// So many rows are compared with one another.
const MAX_DISTINCT: usize = 2_000;

/// The result of a query.
#[derive(Debug, Default, Clone)]
pub(crate) struct Rows {
    pub list: Vec<Row>,
    /// Whether these are all the rows there are.
    pub complete: bool,
    /// Whether they come in this order.
    pub ordered: bool,
    /// If not, what is known of any other.
    pub shape: Row,
}

impl Rows {
    pub(super) fn unknown() -> Self {
        Self::default()
    }

    pub(super) fn of(rows: Vec<Row>) -> Self {
        Self { list: rows, complete: true, ordered: true, shape: Row::new() }
    }

    /// Whether all of them are known to the last value.
    pub(crate) fn are_known(&self) -> bool {
        let mut values = self.list.iter().flatten();
        self.complete && values.all(|(_, value)| !matches!(value, Value::Unknown))
    }
}

pub(super) type Bindings = Vec<(Arc<str>, Rc<Row>)>;

/// How much of what a row needs is met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Yes,
    No,
    Perhaps,
}

pub(super) fn with_rows(env: &Env, bindings: &Bindings) -> Env {
    let mut env = env.clone();
    env.rows.extend(bindings.iter().cloned());
    env
}

/// The parts of a condition that must all hold.
pub(super) fn split_conjuncts(node: SyntaxNode, conjuncts: &mut Vec<SyntaxNode>) {
    let mut rest = vec![node];
    while let Some(node) = rest.pop() {
        let and = node.kind() == SyntaxKind::BIN_EXPR && has_token(&node, SyntaxKind::AND_KW);
        if and {
            rest.extend(node.children());
        } else {
            conjuncts.push(node);
        }
    }
}

/// Leaves out rows that are there already; `false` if there are too many to look through.
pub(super) fn distinct(rows: &mut Vec<Row>) -> bool {
    if rows.len() > MAX_DISTINCT {
        return false;
    }
    let mut seen: Vec<Vec<Value>> = Vec::new();
    rows.retain(|row| {
        let values: Vec<_> = row.iter().map(|(_, value)| value.clone()).collect();
        let new = !seen.contains(&values);
        if new {
            seen.push(values);
        }
        new
    });
    true
}
