//! Queries of the catalogs, and of what stands in the query itself.
//!
//! A query of anything else, a table of the application's above all, has a result that is not known.

mod aggregate;
mod catalogs;
mod source;

use self::aggregate::is_aggregate;

use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use crate::replay::expression::{Env, Evaluated, child, has_token, is_query};
use crate::replay::name::{self};
use crate::replay::refusal::Refusal;
use crate::replay::session::Session;
use crate::replay::value::{self, MAX_ROWS, Row, Value};

/// The result of a query.
#[derive(Debug, Default, Clone)]
pub(in crate::replay) struct Rows {
    pub list: Vec<Row>,
    /// Whether these are all the rows there are.
    pub complete: bool,
    /// If not, what is known of any other.
    pub shape: Row,
}

impl Rows {
    fn unknown() -> Self {
        Self::default()
    }

    fn of(rows: Vec<Row>) -> Self {
        Self { list: rows, complete: true, shape: Row::new() }
    }
}

type Bindings = Vec<(Arc<str>, Rc<Row>)>;

/// How much of what a row needs is met.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Met {
    Yes,
    No,
    Perhaps,
}

impl Session {
    /// Whether a query has rows.
    pub(in crate::replay) fn exists(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        Ok(match (rows.list.is_empty(), rows.complete) {
            (false, _) => Value::Bool(true),
            (true, true) => Value::Bool(false),
            (true, false) => Value::Unknown,
        })
    }

    /// The one value of a query with at most one row.
    pub(in crate::replay) fn scalar(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        Ok(match (rows.list.into_iter().next(), rows.complete) {
            (_, false) => Value::Unknown,
            (None, true) => Value::Null,
            (Some(row), true) => row.into_iter().next().map_or(Value::Unknown, |(_, value)| value),
        })
    }

    /// The first column of a query, as an array.
    pub(in crate::replay) fn column(&mut self, node: &SyntaxNode, env: &Env) -> Evaluated {
        let rows = self.query(node, env)?;
        if !rows.complete {
            return Ok(Value::Unknown);
        }
        let first = |row: Row| row.into_iter().next().map_or(Value::Unknown, |(_, value)| value);
        Ok(Value::array(rows.list.into_iter().map(first).collect()))
    }

    /// The rows of a query.
    pub(in crate::replay) fn query(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Rows, Refusal> {
        if !self.enter() {
            return Ok(Rows::unknown());
        }
        let rows = match node.kind() {
            SyntaxKind::SELECT | SyntaxKind::PLPGSQL_EXPR => self.select(node, env),
            SyntaxKind::PAREN_SELECT | SyntaxKind::PAREN_EXPR => {
                match node.children().find(|child| is_query(child.kind())) {
                    Some(inner) => self.query(&inner, env),
                    None => Ok(Rows::unknown()),
                }
            }
            SyntaxKind::VALUES => self.values(node, env),
            SyntaxKind::COMPOUND_SELECT => self.compound(node, env),
            _ => Ok(Rows::unknown()),
        };
        self.leave();
        rows
    }

    fn values(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let mut rows = Vec::new();
        for row in node.descendants().filter(|child| child.kind() == SyntaxKind::ROW) {
            let mut columns = Row::new();
            for (index, value) in row.children().enumerate() {
                columns.push((format!("column{}", index + 1).into(), self.eval(&value, env)?));
            }
            rows.push(columns);
        }
        Ok(Rows::of(rows))
    }

    fn compound(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
        let operands: Vec<_> = node.children().filter(|child| is_query(child.kind())).collect();
        let Some(union) = child(node, SyntaxKind::UNION) else { return Ok(Rows::unknown()) };
        let mut result = Rows::of(Vec::new());
        for operand in operands {
            let rows = self.query(&operand, env)?;
            result.complete &= rows.complete;
            result.list.extend(rows.list);
        }
        if !has_token(&union, SyntaxKind::ALL_KW) && child(&union, SyntaxKind::ALL).is_none() {
            distinct(&mut result.list);
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
        let mut combinations: Vec<Bindings> = vec![Vec::new()];
        if let Some(from) = child(node, SyntaxKind::FROM_CLAUSE) {
            for item in from.children() {
                complete &= self.join(&mut combinations, &item, &conjuncts, env)?;
            }
        }
        let mut matching = Vec::new();
        for bindings in combinations {
            let env = with_rows(env, &bindings);
            match self.met(&conjuncts, &env)? {
                Met::Yes => matching.push(bindings),
                Met::No => {}
                Met::Perhaps => complete = false,
            }
        }
        let targets = child(node, SyntaxKind::SELECT_CLAUSE)
            .as_ref()
            .unwrap_or(node)
            .children()
            .find(|child| child.kind() == SyntaxKind::TARGET_LIST);
        let targets: Vec<_> = targets.into_iter().flat_map(|list| list.children()).collect();
        self.order(&mut matching, node, env)?;

        if targets.iter().any(is_aggregate) {
            let mut row = Row::new();
            for target in &targets {
                let value =
                    if complete { self.aggregate(target, &matching, env)? } else { Value::Unknown };
                row.push((column_name(target), value));
            }
            return Ok(Rows::of(vec![row]));
        }
        let mut rows = Vec::new();
        for bindings in &matching {
            let env = with_rows(env, bindings);
            self.project(&targets, bindings, &env, &mut rows)?;
            if rows.len() > MAX_ROWS {
                return Ok(Rows::unknown());
            }
        }
        let clause = child(node, SyntaxKind::SELECT_CLAUSE);
        if clause.is_some_and(|clause| {
            clause.children().any(|child| child.kind() == SyntaxKind::DISTINCT_CLAUSE)
                || has_token(&clause, SyntaxKind::DISTINCT_KW)
        }) {
            distinct(&mut rows);
        }
        if let Some(limit) = child(node, SyntaxKind::LIMIT_CLAUSE) {
            match limit.children().next().map(|limit| self.eval(&limit, env)).transpose()? {
                Some(Value::Int(limit)) => rows.truncate(usize::try_from(limit).unwrap_or(0)),
                _ => complete = false,
            }
        }
        let mut shape = Vec::new();
        if !complete {
            self.project(&targets, &Vec::new(), env, &mut shape)?;
        }
        Ok(Rows { list: rows, complete, shape: shape.into_iter().next().unwrap_or_default() })
    }

    /// The rows of the target list for one row of the `FROM` clause; more than one if a target is a
    /// set.
    fn project(
        &mut self,
        targets: &[SyntaxNode],
        bindings: &Bindings,
        env: &Env,
        rows: &mut Vec<Row>,
    ) -> Result<(), Refusal> {
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
                for (alias, columns) in bindings {
                    if only.as_ref().is_none_or(|only| only == alias) {
                        row.extend(columns.iter().cloned());
                    }
                }
                continue;
            }
            let Some(expression) = expression else { continue };
            let value = match set_function(&expression) {
                Some(arguments) => {
                    let argument = arguments.descendants().find(|node| {
                        node.parent().is_some_and(|parent| parent.kind() == SyntaxKind::ARG)
                    });
                    let elements = match argument {
                        Some(argument) => self.eval(&argument, env)?,
                        None => Value::Unknown,
                    };
                    match elements {
                        Value::Array(elements) => set = Some((row.len(), elements)),
                        Value::Null => set = Some((row.len(), Rc::default())),
                        _ => {}
                    }
                    Value::Unknown
                }
                None => self.eval(&expression, env)?,
            };
            row.push((column_name(target), value));
        }
        match set {
            None => rows.push(row),
            Some((column, elements)) => rows.extend(elements.iter().map(|element| {
                let mut row = row.clone();
                row[column].1 = element.clone();
                row
            })),
        }
        Ok(())
    }

    fn met(&mut self, conjuncts: &[SyntaxNode], env: &Env) -> Result<Met, Refusal> {
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

    fn order(
        &mut self,
        rows: &mut Vec<Bindings>,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<(), Refusal> {
        let Some(clause) = child(node, SyntaxKind::ORDER_BY_CLAUSE) else { return Ok(()) };
        let Some(key) = clause.descendants().find(|node| node.kind() == SyntaxKind::SORT_BY) else {
            return Ok(());
        };
        let Some(expression) = key.children().next() else { return Ok(()) };
        let descending = child(&key, SyntaxKind::SORT_DESC).is_some();
        let mut keyed = Vec::new();
        for bindings in std::mem::take(rows) {
            let value = self.eval(&expression, &with_rows(env, &bindings))?;
            keyed.push((value, bindings));
        }
        keyed.sort_by(|(left, _), (right, _)| {
            let ordering = value::compare(left, right).unwrap_or(std::cmp::Ordering::Equal);
            if descending { ordering.reverse() } else { ordering }
        });
        rows.extend(keyed.into_iter().map(|(_, bindings)| bindings));
        Ok(())
    }
}

fn with_rows(env: &Env, bindings: &Bindings) -> Env {
    let mut env = env.clone();
    env.rows.extend(bindings.iter().cloned());
    env
}

/// The parts of a condition that must all hold.
fn split_conjuncts(node: SyntaxNode, conjuncts: &mut Vec<SyntaxNode>) {
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

fn distinct(rows: &mut Vec<Row>) {
    let mut seen: Vec<Vec<Value>> = Vec::new();
    rows.retain(|row| {
        let values: Vec<_> = row.iter().map(|(_, value)| value.clone()).collect();
        let new = !seen.contains(&values);
        if new {
            seen.push(values);
        }
        new
    });
}

/// The last part of a called function's name.
pub(in crate::replay) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = callee.descendants().filter(|node| node.kind() == SyntaxKind::NAME_REF).last();
    name::identifier(&last.unwrap_or(callee))
}

/// The arguments of a function in the target list that makes rows.
fn set_function(expression: &SyntaxNode) -> Option<SyntaxNode> {
    if expression.kind() == SyntaxKind::CALL_EXPR && &*function_name(expression) == "unnest" {
        child(expression, SyntaxKind::ARG_LIST)
    } else {
        None
    }
}

fn column_name(target: &SyntaxNode) -> Arc<str> {
    if let Some(alias) = child(target, SyntaxKind::AS_NAME) {
        return alias.children().next().map_or_else(|| "".into(), |node| name::identifier(&node));
    }
    match target.children().next() {
        Some(node) if node.kind() == SyntaxKind::NAME_REF => name::identifier(&node),
        Some(node) if node.kind() == SyntaxKind::FIELD_EXPR => {
            node.children().last().map_or_else(|| "".into(), |node| name::identifier(&node))
        }
        Some(node) if node.kind() == SyntaxKind::CALL_EXPR => function_name(&node),
        _ => "?column?".into(),
    }
}
