//! What names mean in an expression.

use std::rc::Rc;
use std::sync::Arc;

use crate::catalog::ColumnType;
use crate::meaning::literal::array_literal;
use crate::meaning::value::{Row, Value};
use crate::text::origin::Origin;

/// What names mean in an expression.
#[derive(Clone)]
pub(crate) struct Env {
    /// Where the text of the expression stands.
    pub origin: Origin,
    /// Variables, the innermost last.
    pub variables: Vec<(Arc<str>, Value)>,
    /// The rows of the query around the expression, by alias.
    pub rows: Vec<(Arc<str>, Rc<Row>)>,
    /// Those of the function whose body in SQL this is.
    pub parameters: Option<Rc<Parameters>>,
}

/// The parameters of a function.
pub(crate) struct Parameters {
    pub function: Arc<str>,
    /// Their names, and their types, in order.
    pub list: Vec<(Option<Arc<str>>, ColumnType)>,
}

impl Env {
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin, variables: Vec::new(), rows: Vec::new(), parameters: None }
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if let Some((_, there)) =
            self.variables.iter_mut().rev().find(|(variable, _)| &**variable == name)
        {
            let is_array = matches!(there, Value::Array(_) | Value::NullArray);
            *there = match value {
                Value::Text(text) if is_array => {
                    array_literal(&text).map_or(Value::Unknown, Value::array)
                }
                Value::Null if is_array => Value::NullArray,
                value => value,
            };
        }
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Value> {
        self.variables
            .iter()
            .rev()
            .find(|(variable, _)| &**variable == name)
            .map(|(_, value)| value)
    }

    /// The type of a parameter, by its name, perhaps behind that of its function.
    pub(crate) fn parameter(&self, function: Option<&Arc<str>>, name: &str) -> Option<&ColumnType> {
        let parameters = self.parameters.as_ref()?;
        if function.is_some_and(|function| *function != parameters.function) {
            return None;
        }
        let mut list = parameters.list.iter();
        list.find(|(there, _)| there.as_deref() == Some(name)).map(|(_, ty)| ty)
    }

    /// Likewise, as `$1` names it.
    pub(crate) fn parameter_numbered(&self, number: &str) -> Option<&ColumnType> {
        let index: usize = number.strip_prefix('$')?.parse().ok()?;
        Some(&self.parameters.as_ref()?.list.get(index.checked_sub(1)?)?.1)
    }

    pub(super) fn column(&self, name: &str) -> Option<Value> {
        self.rows.iter().rev().find_map(|(_, row)| {
            row.iter().find(|(column, _)| &**column == name).map(|(_, value)| value.clone())
        })
    }

    pub(super) fn row(&self, alias: &str) -> Option<Value> {
        let (_, row) = self.rows.iter().rev().find(|(there, _)| &**there == alias)?;
        Some(Value::Row(Rc::clone(row)))
    }

    pub(super) fn name(&self, name: &str) -> Value {
        self.column(name)
            .or_else(|| self.variable(name).cloned())
            .or_else(|| self.row(name))
            .map_or(Value::Unknown, |value| match value {
                // Rows in rows could double with every query around them.
                Value::Row(row) if row.iter().any(|(_, value)| matches!(value, Value::Row(_))) => {
                    Value::Unknown
                }
                // A table's alias that is used as a value is its only column, if it has one only.
                Value::Row(row) if row.len() == 1 && self.variable(name).is_none() => {
                    row[0].1.clone()
                }
                value => value,
            })
    }
}
