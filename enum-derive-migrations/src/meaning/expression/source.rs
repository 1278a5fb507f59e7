//! `FROM`: what a query looks at, joined.

use std::rc::Rc;
use std::sync::Arc;

use super::env::Env;
use super::evaluator::Evaluator;
use super::rows::{Bindings, Met, Rows, split_conjuncts, with_rows};
use crate::ground::Refusal;
use crate::meaning::value::{self, MAX_ROWS, Row, Value};
use crate::text::name::{self, Path};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, descendants, function_name};

impl Evaluator<'_> {
    /// Adds an item of a `FROM` clause to what comes before it. Whether all its rows are known.
    pub(super) fn join(
        &mut self,
        combinations: &mut Vec<Bindings>,
        item: &SyntaxNode,
        conjuncts: &[SyntaxNode],
        env: &Env,
    ) -> Result<bool, Refusal> {
        use SyntaxKind::{JOIN_CROSS, JOIN_FULL, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, ON_CLAUSE};
        if item.kind() != SyntaxKind::JOIN_EXPR {
            return self.add_source(combinations, item, &[], conjuncts, false, env);
        }
        let mut complete = true;
        for part in item.children() {
            if part.kind() != SyntaxKind::JOIN {
                complete &= self.join(combinations, &part, conjuncts, env)?;
                continue;
            }
            let left = child(&part, JOIN_LEFT).is_some();
            let on = child(&part, ON_CLAUSE);
            let unsupported = child(&part, JOIN_FULL).is_some()
                || child(&part, JOIN_RIGHT).is_some()
                || (on.is_none() && child(&part, JOIN_CROSS).is_none());
            let mut conditions = Vec::new();
            if let Some(condition) = on.and_then(|on| on.children().next()) {
                split_conjuncts(condition, &mut conditions);
            }
            let source = part.children().find(|node| {
                !matches!(
                    node.kind(),
                    JOIN_INNER | JOIN_LEFT | JOIN_CROSS | JOIN_RIGHT | JOIN_FULL | ON_CLAUSE
                )
            });
            let Some(source) = source else { return Ok(false) };
            complete &=
                self.add_source(combinations, &source, &conditions, conjuncts, left, env)?;
            complete &= !unsupported;
        }
        Ok(complete)
    }

    pub(super) fn add_source(
        &mut self,
        combinations: &mut Vec<Bindings>,
        item: &SyntaxNode,
        on: &[SyntaxNode],
        conjuncts: &[SyntaxNode],
        outer: bool,
        env: &Env,
    ) -> Result<bool, Refusal> {
        let mut complete = true;
        let mut next = Vec::new();
        // A source may look at what stands before it; most do not, and are the same for all.
        let mut same = None;
        for bindings in std::mem::take(combinations) {
            let outside = with_rows(env, &bindings);
            let depends = matches!(
                item.kind(),
                SyntaxKind::FUNCTION_FROM_ITEM
                    | SyntaxKind::PAREN_FROM_ITEM
                    | SyntaxKind::EXPR_FROM_ITEM
            );
            let source = match same.take() {
                Some(source) if !depends => source,
                _ => self.source(item, conjuncts, on, &outside)?,
            };
            complete &= source.complete;
            let mut matched = false;
            // Whether there is nothing in the source that it goes with, not even perhaps.
            let mut is_alone = true;
            // Every row takes a copy of what is known around it.
            let each = 1 + (env.variables.len() + env.rows.len() + bindings.rows.len()) / 16;
            for (row, perhaps) in &source.rows {
                self.limits().charge(each);
                if self.limits().are_reached() {
                    return Ok(false);
                }
                let bindings = bindings.with(&source.alias, Rc::clone(row), *perhaps);
                let inside = with_rows(env, &bindings);
                match self.met(on, &inside)? {
                    Met::No => continue,
                    // What is not bound yet is not known yet; the whole condition comes again at the end.
                    Met::Yes => matched |= !perhaps,
                    Met::Perhaps => {
                        matched |= !perhaps;
                        complete &= on.is_empty() || bindings.perhaps;
                    }
                }
                is_alone = false;
                if outer || self.met(conjuncts, &inside)? != Met::No {
                    next.push(bindings);
                }
                if next.len() > MAX_ROWS {
                    return Ok(false);
                }
            }
            if outer && !matched {
                let mut nothing = Row::new();
                if let Some((row, _)) = source.rows.first() {
                    for (name, _) in row.iter() {
                        nothing.push((Arc::clone(name), Value::Null));
                    }
                }
                next.push(bindings.with(&source.alias, Rc::new(nothing), !is_alone));
            }
            same = Some(source);
        }
        *combinations = next;
        Ok(complete)
    }

    pub(super) fn source(
        &mut self,
        item: &SyntaxNode,
        conjuncts: &[SyntaxNode],
        on: &[SyntaxNode],
        env: &Env,
    ) -> Result<Source, Refusal> {
        let alias = child(item, SyntaxKind::FROM_ALIAS);
        let alias_name = alias
            .as_ref()
            .and_then(|alias| child(alias, SyntaxKind::TABLE_ALIAS))
            .map(|node| name::identifier(&node));
        let mut columns = Vec::new();
        if let Some(alias) = &alias {
            for column in descendants(alias, SyntaxKind::COLUMN_NAME) {
                columns.push(name::identifier(&column));
            }
        }
        let mut fallback: Arc<str> = "?column?".into();
        let mut rows = match item.kind() {
            SyntaxKind::RELATION_FROM_ITEM => {
                let Some(path) =
                    child(item, SyntaxKind::RELATION_NAME_REF).and_then(|node| Path::of(&node))
                else {
                    return Ok(Source { alias: fallback, rows: Vec::new(), complete: false });
                };
                fallback = Arc::clone(&path.name);
                let alias = alias_name.as_ref().unwrap_or(&fallback);
                let wanted = self.wanted_name(&path, alias, conjuncts.iter().chain(on), env)?;
                self.relation_rows(&path, wanted.as_deref())
            }
            SyntaxKind::PAREN_FROM_ITEM => match item.children().next() {
                Some(inner) => self.query(&inner, env)?,
                None => Rows::unknown(),
            },
            SyntaxKind::FUNCTION_FROM_ITEM | SyntaxKind::EXPR_FROM_ITEM => {
                match child(item, SyntaxKind::CALL_EXPR) {
                    Some(call) => {
                        fallback = function_name(&call);
                        // The column of a function without one is called like the table.
                        let column = alias_name.clone().unwrap_or_else(|| Arc::clone(&fallback));
                        let ordinal = child(item, SyntaxKind::WITH_ORDINALITY).is_some();
                        self.set_rows(&call, &column, ordinal, env)?
                    }
                    None => Rows::unknown(),
                }
            }
            _ => Rows::unknown(),
        };
        for row in rows.list.iter_mut().chain(&mut rows.perhaps) {
            for ((name, _), column) in row.iter_mut().zip(&columns) {
                *name = Arc::clone(column);
            }
        }
        let complete = rows.complete;
        Ok(Source { alias: alias_name.unwrap_or(fallback), rows: rows.all(), complete })
    }

    /// The rows of a function that returns a set.
    pub(super) fn set_rows(
        &mut self,
        call: &SyntaxNode,
        column: &Arc<str>,
        ordinal: bool,
        env: &Env,
    ) -> Result<Rows, Refusal> {
        let arguments = self.arguments(call, env)?;
        let values = match (&*function_name(call), arguments.as_slice()) {
            ("unnest", [Value::Array(elements)]) => elements.to_vec(),
            ("unnest", [Value::Null]) => Vec::new(),
            ("generate_series", [Value::Int(from), Value::Int(to)]) => {
                if to.saturating_sub(*from) >= value::MAX_ROUNDS {
                    return Ok(Rows::unknown());
                }
                (*from..=*to).map(Value::Int).collect()
            }
            ("string_to_table", [Value::Text(_), Value::Text(_)]) => {
                match self.builtin("string_to_array", &arguments, &env.origin.of(call))? {
                    Some(Value::Array(elements)) => elements.to_vec(),
                    _ => return Ok(Rows::unknown()),
                }
            }
            _ => return Ok(Rows::unknown()),
        };
        self.limits().charge(values.len());
        let mut rows = Rows::of(Vec::new());
        for value in values {
            let mut row = vec![(Arc::clone(column), value)];
            if ordinal {
                let number = i64::try_from(rows.list.len() + 1).unwrap_or(i64::MAX);
                row.push(("ordinality".into(), Value::Int(number)));
            }
            rows.list.push(row);
        }
        Ok(rows)
    }
}

/// One thing in a `FROM` clause.
pub(super) struct Source {
    alias: Arc<str>,
    /// Each with whether it may not be there.
    rows: Vec<(Rc<Row>, bool)>,
    complete: bool,
}
