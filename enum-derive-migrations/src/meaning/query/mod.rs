//! Queries of the catalogs, and of what stands in the query itself.
//!
//! A query of anything else, a table of the application's above all, has a result that is not known.

mod aggregate;
mod catalogs;
mod source;

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use self::aggregate::is_aggregate;
use crate::ground::Refusal;
use crate::meaning::expression::{Env, Evaluated, child, has_token, is_query, literal};
use crate::meaning::session::Session;
use crate::meaning::value::{self, MAX_ROWS, Row, Value};
use crate::text::name::{self};

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
    fn unknown() -> Self {
        Self::default()
    }

    fn of(rows: Vec<Row>) -> Self {
        Self { list: rows, complete: true, ordered: true, shape: Row::new() }
    }
}

/// So many rows are compared with one another.
const MAX_DISTINCT: usize = 2_000;

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
        let first = |row: Row| row.into_iter().next().map_or(Value::Unknown, |(_, value)| value);
        Ok(Value::array(rows.list.into_iter().map(first).collect()))
    }

    /// The rows of a query.
    pub(crate) fn query(&mut self, node: &SyntaxNode, env: &Env) -> Result<Rows, Refusal> {
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
            clause.children().any(|child| child.kind() == SyntaxKind::DISTINCT_CLAUSE)
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
            self.project(&targets, &Vec::new(), env, &mut shape)?;
        }
        Ok(Rows {
            list: rows,
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
                for (alias, columns) in bindings {
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
                    let elements = made.list.into_iter().filter_map(|row| row.into_iter().next());
                    let elements: Result<Vec<_>, _> =
                        elements.map(|(_, value)| self.cast_as(value, &expression, env)).collect();
                    set = Some((row.len(), Rc::new(elements?)));
                    Value::Unknown
                }
                None if has_set_call(&expression) => return Ok(false),
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
        Ok(true)
    }

    /// What the casts around a call make of one of its values.
    fn cast_as(&mut self, value: Value, expression: &SyntaxNode, env: &Env) -> Evaluated {
        if expression.kind() == SyntaxKind::CALL_EXPR {
            return Ok(value);
        }
        let Some(inner) = expression.children().find(|node| ast::Expr::can_cast(node.kind()))
        else {
            return Ok(Value::Unknown);
        };
        let value = self.cast_as(value, &inner, env)?;
        match expression.children().find(|node| ast::Type::can_cast(node.kind())) {
            Some(ty) => self.cast(value, &ty, env),
            None => Ok(value),
        }
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

    /// Sorts rows. Whether their order is known then.
    fn order(
        &mut self,
        rows: &mut Vec<Bindings>,
        clause: &SyntaxNode,
        targets: &[SyntaxNode],
        env: &Env,
    ) -> Result<bool, Refusal> {
        let mut keys = Vec::new();
        for key in clause.descendants().filter(|node| node.kind() == SyntaxKind::SORT_BY) {
            let Some(expression) = key.children().next() else { return Ok(false) };
            let descending = child(&key, SyntaxKind::SORT_DESC).is_some();
            keys.push((output_expression(&expression, targets).unwrap_or(expression), descending));
        }
        let mut keyed = Vec::new();
        for bindings in std::mem::take(rows) {
            let inside = with_rows(env, &bindings);
            let mut values = Vec::new();
            for (expression, _) in &keys {
                values.push(self.eval(expression, &inside)?);
            }
            keyed.push((values, bindings));
        }
        let mut known = true;
        keyed.sort_by(|(left, _), (right, _)| {
            for ((expression, descending), (left, right)) in keys.iter().zip(left.iter().zip(right))
            {
                let Some(ordering) = sort_order(expression, left, right) else {
                    known = false;
                    continue;
                };
                if ordering.is_ne() {
                    return if *descending { ordering.reverse() } else { ordering };
                }
            }
            Ordering::Equal
        });
        known &= keyed.windows(2).all(|pair| pair[0].0 != pair[1].0);
        rows.extend(keyed.into_iter().map(|(_, bindings)| bindings));
        Ok(known)
    }
}

/// What a number or the name of an output column in `ORDER BY` stands for.
fn output_expression(key: &SyntaxNode, targets: &[SyntaxNode]) -> Option<SyntaxNode> {
    let target = match key.kind() {
        SyntaxKind::LITERAL => match literal(key) {
            Value::Int(position) => targets.get(usize::try_from(position).ok()?.checked_sub(1)?),
            _ => None,
        },
        SyntaxKind::NAME_REF => {
            let name = name::identifier(key);
            targets.iter().find(|target| {
                child(target, SyntaxKind::AS_NAME).is_some() && column_name(target) == name
            })
        }
        _ => None,
    };
    target?.children().next()
}

/// How two values of a key are sorted. Names are by their bytes, other text as the database's
/// collation has it.
fn sort_order(expression: &SyntaxNode, left: &Value, right: &Value) -> Option<Ordering> {
    if let (Value::Text(left), Value::Text(right)) = (left, right)
        && left != right
    {
        let text = expression.text().to_string().to_ascii_lowercase();
        let is_name = ["enumlabel", "typname", "nspname", "relname"]
            .iter()
            .any(|column| text.rsplit('.').next() == Some(column));
        let plain = |text: &str| text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !(is_name || plain(left) && plain(right)) {
            return None;
        }
    }
    value::compare(left, right)
}

/// Whether rows come out of a `FROM` clause in a certain order: those of a table do not.
fn keeps_order(from: &SyntaxNode) -> bool {
    from.children().all(|item| match item.kind() {
        SyntaxKind::FUNCTION_FROM_ITEM | SyntaxKind::EXPR_FROM_ITEM => true,
        SyntaxKind::PAREN_FROM_ITEM => item
            .children()
            .find(|node| is_query(node.kind()))
            .is_some_and(|query| is_ordered(&query)),
        _ => false,
    })
}

fn is_ordered(query: &SyntaxNode) -> bool {
    match query.kind() {
        SyntaxKind::VALUES => true,
        SyntaxKind::PAREN_SELECT => query
            .children()
            .find(|node| is_query(node.kind()))
            .is_some_and(|query| is_ordered(&query)),
        SyntaxKind::SELECT => {
            child(query, SyntaxKind::ORDER_BY_CLAUSE).is_some()
                || child(query, SyntaxKind::FROM_CLAUSE).is_none_or(|from| keeps_order(&from))
        }
        _ => false,
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

/// Leaves out rows that are there already; `false` if there are too many to look through.
fn distinct(rows: &mut Vec<Row>) -> bool {
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

/// The last part of a called function's name.
pub(crate) fn function_name(call: &SyntaxNode) -> Arc<str> {
    let Some(callee) = call.children().next() else { return "".into() };
    let last = callee.descendants().filter(|node| node.kind() == SyntaxKind::NAME_REF).last();
    name::identifier(&last.unwrap_or(callee))
}

/// The call of a function that makes rows, in the target list by itself or with a cast.
fn set_call(expression: &SyntaxNode) -> Option<SyntaxNode> {
    match expression.kind() {
        SyntaxKind::CALL_EXPR => makes_rows(expression).then(|| expression.clone()),
        SyntaxKind::CAST_EXPR | SyntaxKind::PAREN_EXPR => {
            set_call(&expression.children().find(|node| ast::Expr::can_cast(node.kind()))?)
        }
        _ => None,
    }
}

/// Whether such a call stands anywhere in an expression, queries within it aside.
fn has_set_call(expression: &SyntaxNode) -> bool {
    makes_rows(expression)
        || expression.children().any(|node| !is_query(node.kind()) && has_set_call(&node))
}

fn makes_rows(node: &SyntaxNode) -> bool {
    if node.kind() != SyntaxKind::CALL_EXPR {
        return false;
    }
    let name = function_name(node);
    let endings = ["_to_table", "_array_elements", "_array_elements_text", "_matches", "_each"];
    matches!(&*name, "unnest" | "generate_series" | "generate_subscripts")
        || endings.iter().any(|ending| name.ends_with(ending))
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
        // A cast is called like what is cast.
        Some(node) if node.kind() == SyntaxKind::CAST_EXPR => column_name(&node),
        _ => "?column?".into(),
    }
}
