//! Loops.

use std::rc::Rc;
use std::sync::Arc;

use super::body::{Body, Detour, Flow, Ran, Way, label_of};
use crate::ground::{Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::array_literal;
use crate::meaning::value::{self, Value};
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, children, has_token, is_query};

impl Body<'_> {
    /// `LOOP` and `WHILE`.
    pub(super) fn repeat(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let Some(statements) = child(node, K::PLPGSQL_BODY) else { return Ok(Flow::Next) };
        let condition = child(node, K::PLPGSQL_EXPR);
        let label = label_of(node);
        loop {
            let more = match &condition {
                Some(condition) => self.evaluator().eval(condition, env)?.truth(),
                None => Some(true),
            };
            match more {
                Some(true) => {}
                Some(false) => return Ok(Flow::Next),
                None => return self.perhaps_more(&statements, env, at),
            }
            if self.limits().are_reached() {
                self.session_mut().unknown(at, "this runs too long to be followed", &[]);
                return Ok(Flow::Return);
            }
            self.limits().charge(1);
            let flow = self.round(&statements, env)?;
            if let Some(flow) = after_round(flow, label.as_ref()) {
                return Ok(flow);
            }
            if self.end_detour(Detour::Round) {
                return self.perhaps_more(&statements, env, at);
            }
        }
    }

    /// One round of a loop.
    pub(super) fn round(&mut self, statements: &SyntaxNode, env: &mut Env) -> Ran {
        self.statements(statements, env)
    }

    /// Whether there are more rounds of a loop is not known. Where that is only being tried out
    /// anyway, one round stands for all.
    pub(super) fn perhaps_more(
        &mut self,
        statements: &SyntaxNode,
        env: &mut Env,
        at: &Location,
    ) -> Ran {
        if self.limits().trials > 0 {
            return Ok(Flow::Next);
        }
        let ways = [Way::Statements(statements.clone(), 0), Way::Nothing];
        let message = "how often this runs is not known before it does";
        match self.try_ways(&ways, env, at, message)? {
            // A round that leaves the loop leaves no more than the loop.
            Flow::Exit(_) | Flow::Continue(_) => Ok(Flow::Next),
            flow => Ok(flow),
        }
    }

    /// The loops over something.
    pub(super) fn for_each(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let Some(statements) = child(node, K::PLPGSQL_BODY) else { return Ok(Flow::Next) };
        let mut variables = Vec::new();
        for variable in children(node, K::PLPGSQL_FOR_VARIABLE) {
            if let Some(name) = child(&variable, K::PLPGSQL_VAR_NAME_REF) {
                variables.push(name::identifier(&name));
            }
        }
        let scope = env.variables.len();
        // A loop over numbers declares its variable; others use one that is there, if it is.
        for variable in &variables {
            let there = env.variables.iter().any(|(name, _)| name == variable);
            if node.kind() == K::PLPGSQL_FOR_I_STMT || !there {
                env.variables.push((Arc::clone(variable), Value::Row(Rc::default())));
            }
        }
        let rounds = self.rounds(node, &variables, env)?;
        let label = label_of(node);
        let mut result = Flow::Next;
        let found = rounds.as_ref().map(|rounds| !rounds.is_empty());
        match rounds {
            Some(rounds) => {
                self.limits().charge(rounds.len());
                for values in rounds {
                    if self.limits().are_reached() {
                        self.session_mut().unknown(at, "this runs too long to be followed", &[]);
                        result = Flow::Return;
                        break;
                    }
                    for (variable, value) in variables.iter().zip(values) {
                        env.set(variable, value);
                    }
                    let flow = self.round(&statements, env)?;
                    if let Some(flow) = after_round(flow, label.as_ref()) {
                        result = flow;
                        break;
                    }
                    if self.end_detour(Detour::Round) {
                        for variable in &variables {
                            env.set(variable, Value::Unknown);
                        }
                        result = self.perhaps_more(&statements, env, at)?;
                        break;
                    }
                }
            }
            None => {
                for variable in &variables {
                    env.set(variable, Value::Unknown);
                }
                let ways = [Way::Statements(statements, 0), Way::Nothing];
                let message = "what this loops over is not known before it runs";
                self.try_ways(&ways, env, at, message)?;
                self.end_detour(Detour::Round);
            }
        }
        env.variables.truncate(scope);
        env.set("found", Value::of_truth(found));
        Ok(result)
    }

    /// The values that the variables of a loop take, round by round.
    pub(super) fn rounds(
        &mut self,
        node: &SyntaxNode,
        variables: &[Arc<str>],
        env: &Env,
    ) -> Result<Option<Vec<Vec<Value>>>, Refusal> {
        use SyntaxKind as K;
        Ok(match node.kind() {
            K::PLPGSQL_FOR_I_STMT => {
                let mut bounds = Vec::new();
                let range = child(node, K::PLPGSQL_FOR_RANGE);
                for bound in range.iter().flat_map(SyntaxNode::children) {
                    bounds.push(self.evaluator().eval(&bound, env)?);
                }
                if bounds.contains(&Value::Null) {
                    return Err(Refusal::new("22004", "bound of FOR loop cannot be null"));
                }
                let reverse = has_token(node, K::REVERSE_KW);
                let (from, to, step) = match bounds.as_slice() {
                    [Value::Int(from), Value::Int(to)] => (*from, *to, 1),
                    [Value::Int(from), Value::Int(to), Value::Int(step)] => (*from, *to, *step),
                    _ => return Ok(None),
                };
                let Ok(step) = usize::try_from(step) else { return Ok(None) };
                let (lower, upper) = if reverse { (to, from) } else { (from, to) };
                let length = upper.saturating_sub(lower);
                if step == 0 || length >= value::MAX_ROUNDS {
                    return Ok(None);
                }
                let mut indices = Vec::new();
                for offset in (0..=length).step_by(step) {
                    let index = if reverse { upper - offset } else { lower + offset };
                    indices.push(vec![Value::Int(index)]);
                }
                Some(indices)
            }
            K::PLPGSQL_FOR_EACH_STMT => {
                let Some(array) = child(node, K::PLPGSQL_EXPR) else { return Ok(None) };
                let array = match self.evaluator().eval(&array, env)? {
                    // What is assigned to a variable is not made an array at once.
                    Value::Text(text) => array_literal(&text).map_or(Value::Unknown, Value::array),
                    array => array,
                };
                match array {
                    Value::Array(elements) if child(node, K::PLPGSQL_FOR_EACH_SLICE).is_none() => {
                        let mut rounds = Vec::with_capacity(elements.len());
                        for element in elements.iter() {
                            rounds.push(vec![element.clone()]);
                        }
                        Some(rounds)
                    }
                    Value::Null => {
                        return Err(Refusal::new("22004", "FOREACH expression must not be null"));
                    }
                    _ => None,
                }
            }
            K::PLPGSQL_FOR_QUERY_STMT | K::PLPGSQL_FOR_DYN_STMT => {
                let rows = if node.kind() == K::PLPGSQL_FOR_DYN_STMT {
                    self.dynamic_rows(node, env)?
                } else {
                    let query = node
                        .children()
                        .find(|node| is_query(node.kind()) || node.kind() == K::PAREN_EXPR);
                    let Some(query) = query else { return Ok(None) };
                    Some(self.evaluator().query(&query, env)?).filter(|rows| rows.complete)
                };
                let Some(rows) = rows else { return Ok(None) };
                let is_row = variables.len() == 1
                    && env
                        .variables
                        .iter()
                        .rev()
                        .find(|(name, _)| *name == variables[0])
                        .is_none_or(|(_, value)| matches!(value, Value::Row(_)));
                let mut rounds = Vec::with_capacity(rows.list.len());
                for row in rows.list {
                    rounds.push(if is_row {
                        vec![Value::Row(Rc::new(row))]
                    } else {
                        value::values(&row)
                    });
                }
                Some(rounds)
            }
            _ => None,
        })
    }

    pub(super) fn leave_loop(&mut self, node: &SyntaxNode, env: &Env) -> Ran {
        use SyntaxKind as K;
        if let Some(when) = child(node, K::PLPGSQL_EXIT_WHEN)
            && let Some(condition) = child(&when, K::PLPGSQL_EXPR)
        {
            match self.evaluator().eval(&condition, env)?.truth() {
                Some(true) => {}
                Some(false) => return Ok(Flow::Next),
                None => {
                    self.detour = self.detour.max(Some(Detour::Round));
                    return Ok(Flow::Next);
                }
            }
        }
        let label = child(node, K::PLPGSQL_LABEL_NAME_REF).map(|node| name::identifier(&node));
        Ok(if node.kind() == K::PLPGSQL_EXIT_STMT {
            Flow::Exit(label)
        } else {
            Flow::Continue(label)
        })
    }
}

/// What a round of a loop means for the loop: `None` to go on.
pub(super) fn after_round(flow: Flow, label: Option<&Arc<str>>) -> Option<Flow> {
    match flow {
        Flow::Next => None,
        Flow::Exit(wanted) if wanted.is_none() || wanted.as_ref() == label => Some(Flow::Next),
        Flow::Continue(wanted) if wanted.is_none() || wanted.as_ref() == label => None,
        flow => Some(flow),
    }
}
