//! Queries of the catalogs, and of what stands in the query itself.
//!
//! A query of anything else, a table of the application's above all, has a result that is not known.

use std::rc::Rc;

use super::env::Env;
use super::evaluator::{Evaluated, Evaluator};
use super::order::keeps_order;
use super::rows::{Bindings, Met, Rows, distinct, split_conjuncts, with_rows};
use super::target::{column_name, has_set_call, is_aggregate, set_call};
use crate::ground::Refusal;
use crate::meaning::value::{MAX_ROWS, Row, Value};
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children_that, has_token, is_expression, is_query, is_type, value_rows,
};

impl Evaluator<'_> {
    /// Whether a query has rows.
    pub(crate) fn exists(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        Ok(match (rows.list.is_empty(), rows.complete) {
            (false, _) => Value::Bool(true),
            (true, true) => Value::Bool(false),
            (true, false) => Value::Unknown,
        })
    }

    /// The one value of a query with at most one row.
    pub(crate) fn scalar(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        if rows.complete && rows.list.len() > 1 {
            let message = "more than one row returned by a subquery used as an expression";
            return Err(Refusal::new("21000", message).about_anything().at(&env.origin.of(node)));
        }
        Ok(match (rows.list.into_iter().next(), rows.complete) {
            (_, false) => Value::Unknown,
            (None, true) => Value::Null,
            (Some(row), true) => row.into_iter().next().map_or(Value::Unknown, |(_, value)| value),
        })
    }

    /// The first column of a query, as an array.
    pub(crate) fn column(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        if !rows.complete {
            return Ok(Value::Unknown);
        }
        let mut values = Vec::with_capacity(rows.list.len());
        for row in rows.list {
            values.push(row.first().map_or(Value::Unknown, |(_, value)| value.clone()));
        }
        Ok(Value::array(values))
    }

    /// The rows of a query.
    pub(crate) fn query(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        if !self.limits().enter() {
            return Ok(Rows::unknown());
        }
        let rows = match node.kind() {
            SyntaxKind::SELECT | SyntaxKind::PLPGSQL_EXPR => self.select(node, env),
            SyntaxKind::PAREN_SELECT | SyntaxKind::PAREN_EXPR => match child_that(node, is_query) {
                Some(inner) => self.query(&inner, env),
                None => Ok(Rows::unknown()),
            },
            SyntaxKind::VALUES => self.values(node, env),
            SyntaxKind::COMPOUND_SELECT => self.compound(node, env),
            _ => Ok(Rows::unknown()),
        };
        self.limits().leave();
        rows
    }

    fn values(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let mut rows = Vec::new();
        for row in value_rows(node) {
            let mut columns = Row::new();
            for (index, value) in row.children().enumerate() {
                columns.push((format!("column{}", index + 1).into(), self.eval(&value, env)?));
            }
            rows.push(columns);
        }
        Ok(Rows::of(rows))
    }

    fn compound(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let operands = children_that(node, is_query);
        let union = child(node, SyntaxKind::UNION);
        let mut result = Rows::of(Vec::new());
        for operand in operands {
            let rows = self.query(&operand, env)?;
            result.complete &= rows.complete;
            result.ordered &= rows.ordered;
            result.list.extend(rows.list);
        }
        let Some(union) = union else { return Ok(Rows::unknown()) };
        if !has_token(&union, SyntaxKind::ALL_KW) && child(&union, SyntaxKind::ALL).is_none() {
            result.complete &= distinct(&mut result.list);
            result.ordered = false;
        }
        if child(node, SyntaxKind::LIMIT_CLAUSE).is_some() {
            result.complete = false;
        }
        Ok(result)
    }

    fn select(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        use SyntaxKind::{
            FETCH_CLAUSE, GROUP_BY_CLAUSE, HAVING_CLAUSE, OFFSET_CLAUSE, WITH_CLAUSE,
        };
        let unsupported =
            [GROUP_BY_CLAUSE, HAVING_CLAUSE, WITH_CLAUSE, OFFSET_CLAUSE, FETCH_CLAUSE];
        if node.children().any(|child| unsupported.contains(&child.kind())) {
            return Ok(Rows::unknown());
        }
        let condition =
            child(node, SyntaxKind::WHERE_CLAUSE).and_then(|node| node.children().next());
        let mut conjuncts = Vec::new();
        if let Some(condition) = condition {
            split_conjuncts(condition, &mut conjuncts);
        }
        let mut complete = true;
        let mut combinations: Vec<Bindings> = vec![Bindings::default()];
        if let Some(from) = child(node, SyntaxKind::FROM_CLAUSE) {
            for item in from.children() {
                complete &= self.join(&mut combinations, &item, &conjuncts, env)?;
            }
        }
        let mut matching = Vec::new();
        for bindings in combinations {
            let env = with_rows(env, &bindings);
            match self.met(&conjuncts, &env)? {
                Met::Yes if !bindings.perhaps => matching.push(bindings),
                Met::No => {}
                Met::Yes | Met::Perhaps => complete = false,
            }
        }
        let targets = child(node, SyntaxKind::SELECT_CLAUSE)
            .as_ref()
            .unwrap_or(node)
            .children()
            .find(|child| child.kind() == SyntaxKind::TARGET_LIST);
        let targets: Vec<_> = targets.map(|list| list.children().collect()).unwrap_or_default();
        let ordered = match child(node, SyntaxKind::ORDER_BY_CLAUSE) {
            Some(clause) => self.order(&mut matching, &clause, &targets, env)?,
            None => child(node, SyntaxKind::FROM_CLAUSE).is_none_or(|from| keeps_order(&from)),
        } || matching.len() < 2;

        if targets.iter().any(is_aggregate) {
            let mut row = Row::new();
            for target in &targets {
                let value = if complete {
                    self.aggregate(target, &matching, ordered, env)?
                } else {
                    Value::Unknown
                };
                row.push((column_name(target), value));
            }
            return Ok(Rows::of(vec![row]));
        }
        let mut rows = Vec::new();
        for bindings in &matching {
            let env = with_rows(env, bindings);
            complete &= self.project(&targets, bindings, &env, &mut rows)?;
            if rows.len() > MAX_ROWS {
                return Ok(Rows::unknown());
            }
        }
        let clause = child(node, SyntaxKind::SELECT_CLAUSE);
        if clause.is_some_and(|clause| {
            child(&clause, SyntaxKind::DISTINCT_CLAUSE).is_some()
                || has_token(&clause, SyntaxKind::DISTINCT_KW)
        }) {
            complete &= distinct(&mut rows);
        }
        if let Some(limit) = child(node, SyntaxKind::LIMIT_CLAUSE) {
            match limit.children().next().map(|limit| self.eval(&limit, env)).transpose()? {
                Some(Value::Int(limit)) => {
                    let limit = usize::try_from(limit).unwrap_or(0);
                    // There are rows, but it is not known which.
                    complete &= ordered || limit == 0 || rows.len() <= limit;
                    rows.truncate(limit);
                }
                _ => complete = false,
            }
        }
        let mut shape = Vec::new();
        if !complete {
            self.project(&targets, &Bindings::default(), env, &mut shape)?;
        }
        Ok(Rows {
            list: rows,
            perhaps: Vec::new(),
            complete,
            ordered,
            shape: shape.into_iter().next().unwrap_or_default(),
        })
    }

    /// The rows of the target list for one row of the `FROM` clause; more than one if a target is a
    /// set. Whether they are known.
    fn project(
        &mut self,
        targets: &[SyntaxNode],
        bindings: &Bindings,
        env: &Env,
        rows: &mut Vec<Row>,
    ) -> Result<bool, Refusal> {
        let mut row = Row::new();
        let mut set: Option<(usize, Rc<Vec<Value>>)> = None;
        for target in targets {
            let expression = target.children().next();
            let star = has_token(target, SyntaxKind::STAR)
                || expression.as_ref().is_some_and(|node| {
                    node.kind() == SyntaxKind::FIELD_EXPR && has_token(node, SyntaxKind::STAR)
                });
            if star {
                let only = expression
                    .and_then(|node| node.children().next())
                    .map(|node| name::identifier(&node));
                for (alias, columns) in &bindings.rows {
                    if only.as_ref().is_none_or(|only| only == alias) {
                        row.extend(columns.iter().cloned());
                    }
                }
                continue;
            }
            let Some(expression) = expression else { continue };
            let value = match set_call(&expression) {
                Some(call) => {
                    if set.is_some() {
                        return Ok(false);
                    }
                    let column = column_name(target);
                    let made = self.set_rows(&call, &column, false, env)?;
                    if !made.complete {
                        return Ok(false);
                    }
                    let mut elements = Vec::with_capacity(made.list.len());
                    for row in made.list {
                        if let Some((_, value)) = row.into_iter().next() {
                            elements.push(self.cast_as(value, &expression, env)?);
                        }
                    }
                    set = Some((row.len(), Rc::new(elements)));
                    Value::Unknown
                }
                None if has_set_call(&expression) => return Ok(false),
                None => self.eval(&expression, env)?,
            };
            row.push((column_name(target), value));
        }
        match set {
            None => rows.push(row),
            Some((column, elements)) => {
                for element in elements.iter() {
                    let mut row = row.clone();
                    row[column].1 = element.clone();
                    rows.push(row);
                }
            }
        }
        Ok(true)
    }

    /// What the casts around a call make of one of its values.
    fn cast_as(&mut self, value: Value, expression: &SyntaxNode, env: &Env) -> Evaluated {
        if expression.kind() == SyntaxKind::CALL_EXPR {
            return Ok(value);
        }
        let Some(inner) = child_that(expression, is_expression) else {
            return Ok(Value::Unknown);
        };
        let value = self.cast_as(value, &inner, env)?;
        match child_that(expression, is_type) {
            Some(ty) => self.cast(value, &ty, env),
            None => Ok(value),
        }
    }

    pub(super) fn met(&mut self, conjuncts: &[SyntaxNode], env: &Env) -> Result<Met, Refusal> {
        let mut met = Met::Yes;
        for conjunct in conjuncts {
            match self.eval(conjunct, env)?.truth() {
                Some(true) => {}
                Some(false) => return Ok(Met::No),
                None => met = Met::Perhaps,
            }
        }
        Ok(met)
    }
}
