//! The rows of queries.

use std::rc::Rc;
use std::sync::Arc;

use super::env::Env;
use crate::meaning::value::{self, Row, Value};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::has_token;

/// So many rows are compared with one another.
const MAX_DISTINCT: usize = 2_000;

/// The result of a query.
#[derive(Default, Clone)]
pub(crate) struct Rows {
    pub list: Vec<Row>,
    /// Rows of a catalog that may be there besides. The result of a query has none: it is not complete instead.
    pub perhaps: Vec<Row>,
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
        Self { list: rows, complete: true, ordered: true, ..Self::default() }
    }

    /// Adds a row of a catalog.
    pub(super) fn push(&mut self, row: Row, perhaps: bool) {
        if perhaps { self.perhaps.push(row) } else { self.list.push(row) }
    }

    /// All rows, each with whether it may not be there.
    pub(super) fn all(self) -> Vec<(Rc<Row>, bool)> {
        let mut all = Vec::with_capacity(self.list.len() + self.perhaps.len());
        for (rows, perhaps) in [(self.list, false), (self.perhaps, true)] {
            for row in rows {
                all.push((Rc::new(row), perhaps));
            }
        }
        all
    }

    /// Whether all of them are known to the last value.
    pub(crate) fn are_known(&self) -> bool {
        let is_known = |row: &Row| row.iter().all(|(_, value)| !matches!(value, Value::Unknown));
        self.complete && self.list.iter().all(is_known)
    }
}

/// Rows that are joined, by alias.
#[derive(Default, Clone)]
pub(super) struct Bindings {
    pub rows: Vec<(Arc<str>, Rc<Row>)>,
    /// Whether one of them may not be there.
    pub perhaps: bool,
}

impl Bindings {
    pub(super) fn with(&self, alias: &Arc<str>, row: Rc<Row>, perhaps: bool) -> Self {
        let mut joined = self.clone();
        joined.rows.push((Arc::clone(alias), row));
        joined.perhaps |= perhaps;
        joined
    }
}

/// How much of what a row needs is met.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Yes,
    No,
    Perhaps,
}

pub(super) fn with_rows(env: &Env, bindings: &Bindings) -> Env {
    let mut env = env.clone();
    env.rows.extend(bindings.rows.iter().cloned());
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
        let values = value::values(row);
        let new = !seen.contains(&values);
        if new {
            seen.push(values);
        }
        new
    });
    true
}
