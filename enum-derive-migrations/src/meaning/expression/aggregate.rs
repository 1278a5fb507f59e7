//! Aggregates over all rows.

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use super::rows::{Bindings, with_rows};
use crate::meaning::value::{self, Value};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, descendant, function_name};

impl Evaluator<'_> {
    /// An aggregate over all rows.
    pub(super) fn aggregate(
        &mut self,
        target: &SyntaxNode,
        rows: &[Bindings],
        mut ordered: bool,
        env: &Env,
    ) -> Evaluated {
        let Some(expression) = target.children().next() else { return Ok(Value::Unknown) };
        if expression.kind() == SyntaxKind::CAST_EXPR {
            return Ok(Value::Unknown);
        }
        let Some(list) = child(&expression, SyntaxKind::ARG_LIST) else {
            return Ok(Value::Unknown);
        };
        if child(&expression, SyntaxKind::FILTER_CLAUSE).is_some() {
            return Ok(Value::Unknown);
        }
        let name = function_name(&expression);
        let mut rows = rows.to_vec();
        let arguments: Vec<_> = list.children().collect();
        let order = descendant(&list, SyntaxKind::ORDER_BY_CLAUSE);
        if let Some(clause) = order {
            ordered = self.order(&mut rows, &clause, &[], env)?;
        }
        if !ordered && rows.len() > 1 && matches!(&*name, "array_agg" | "string_agg") {
            return Ok(Value::Unknown);
        }
        let mut values = Vec::new();
        for bindings in &rows {
            let env = with_rows(env, bindings);
            match arguments.first().and_then(|argument| argument.children().next()) {
                Some(argument) => values.push(self.eval(&argument, &env)?),
                None => values.push(Value::Bool(true)),
            }
        }
        Ok(match &*name {
            "count" => {
                if values.contains(&Value::Unknown) {
                    return Ok(Value::Unknown);
                }
                let count = values.iter().filter(|value| **value != Value::Null).count();
                i64::try_from(count).map_or(Value::Unknown, Value::Int)
            }
            "array_agg" if values.is_empty() => Value::Null,
            "array_agg" => Value::array(values),
            "string_agg" => {
                let separator =
                    match arguments.get(1).and_then(|argument| argument.children().next()) {
                        Some(separator) => self.eval(&separator, env)?,
                        None => Value::Unknown,
                    };
                if values.is_empty() {
                    return Ok(Value::Null);
                }
                let separator = self.text_or_hole(&separator);
                let texts = values.iter().filter(|value| **value != Value::Null);
                Value::joined(texts.map(|value| self.text_or_hole(value)), &separator)
            }
            "bool_or" => {
                values.iter().fold(Value::Bool(false), |all, value| value::or(&all, value))
            }
            "bool_and" => {
                values.iter().fold(Value::Bool(true), |all, value| value::and(&all, value))
            }
            _ => Value::Unknown,
        })
    }
}
