//! Ways through a body that depend on what is not known: each is tried out.

use std::collections::HashSet;
use std::rc::Rc;

use super::body::{Body, Detour, Flow, Ran, Way};
use crate::catalog::Why;
use crate::ground::{Key, Location, Refusal, in_order};
use crate::meaning::expression::{Env, Evaluated};
use crate::meaning::trial::Attempt;
use crate::meaning::value::{self, Value};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::child;

impl Body<'_> {
    /// `IF` and `CASE`.
    pub(super) fn branch(&mut self, node: &SyntaxNode, env: &mut Env, at: &Location) -> Ran {
        use SyntaxKind as K;
        let mut subject = None;
        let mut branches: Vec<(Option<SyntaxNode>, SyntaxNode)> = Vec::new();
        let mut condition = None;
        for part in node.children() {
            match part.kind() {
                K::PLPGSQL_EXPR if node.kind() == K::PLPGSQL_CASE_STMT => {
                    subject = Some(self.evaluator().eval(&part, env)?);
                }
                K::PLPGSQL_EXPR => condition = Some(part),
                K::PLPGSQL_BODY => branches.push((condition.take(), part)),
                K::PLPGSQL_ELSIF_CLAUSE | K::PLPGSQL_CASE_WHEN => {
                    if let Some(statements) = child(&part, K::PLPGSQL_BODY) {
                        branches.push((child(&part, K::PLPGSQL_EXPR), statements));
                    }
                }
                K::PLPGSQL_ELSE_CLAUSE => {
                    if let Some(statements) = child(&part, K::PLPGSQL_BODY) {
                        branches.push((None, statements));
                    }
                }
                _ => {}
            }
        }
        let mut perhaps = Vec::new();
        let mut sure = None;
        for (condition, statements) in branches {
            let Some(condition) = condition else {
                sure = Some(statements);
                break;
            };
            self.sql.check_labels(&condition, env)?;
            let met = match &subject {
                Some(subject) => self.is_among(subject, &condition, env)?,
                None => self.evaluator().eval(&condition, env)?,
            };
            match met.truth() {
                Some(true) => {
                    sure = Some(statements);
                    break;
                }
                Some(false) => {}
                None => perhaps.push(statements),
            }
        }
        if perhaps.is_empty() {
            return match sure {
                Some(statements) => self.statements(&statements, env),
                None if node.kind() == K::PLPGSQL_CASE_STMT => {
                    Err(Refusal::new("20000", "case not found").about_anything())
                }
                None => Ok(Flow::Next),
            };
        }
        let way = |statements| Way::Statements(statements, 0);
        let mut ways = Vec::with_capacity(perhaps.len() + 1);
        for statements in perhaps {
            ways.push(way(statements));
        }
        ways.push(sure.map_or(Way::Nothing, way));
        self.try_ways(&ways, env, at, "whether this runs is not known before it does")
    }

    /// Whether a value is one of those that a `WHEN` names.
    fn is_among(&mut self, subject: &Value, when: &SyntaxNode, env: &Env) -> Evaluated {
        let list = child(when, SyntaxKind::TARGET_LIST);
        let mut met = Value::Bool(false);
        for target in list.iter().flat_map(SyntaxNode::children) {
            let value = match target.children().next() {
                Some(expression) => self.evaluator().eval(&expression, env)?,
                None => Value::Unknown,
            };
            met = value::or(&met, &value::equal(subject, &value));
        }
        Ok(met)
    }

    /// Tries every way. If all come to the same, that is how it is.
    pub(super) fn try_ways(
        &mut self,
        ways: &[Way],
        env: &mut Env,
        at: &Location,
        message: &str,
    ) -> Ran {
        let mut trials = Vec::new();
        // What ways may touch that may fail.
        let mut perhaps: Vec<Vec<Key>> = Vec::new();
        for way in ways {
            let mut inside = env.clone();
            let detour = self.detour.take();
            let attempt = Attempt::begin(self.session_mut());
            let flow = self.go(way, &mut inside);
            let trial = attempt.end(self.session_mut());
            self.detour = detour;
            self.may_fail(&flow, at);
            match flow {
                Ok(flow) => trials.push((way, trial, flow)),
                // A way that fails is not the way the migration is meant to go, if it does fail.
                Err(error) => perhaps.extend(self.reach_of(way, &error)),
            }
            // What one of the ways sets is not known afterwards.
            self.limits().charge(env.variables.len() / 16);
            for ((_, value), (_, other)) in env.variables.iter_mut().zip(&inside.variables) {
                if !value.is_same(other) {
                    *value = Value::Unknown;
                }
            }
        }
        for (_, trial, _) in &trials {
            self.forget(&trial.relations, &trial.others, at);
            self.session_mut().catalog_mut().doubt_tables(&trial.tables);
        }
        let anything =
            trials.iter().any(|(_, trial, _)| trial.anything) || perhaps.iter().any(Vec::is_empty);
        let mut touched = HashSet::new();
        for (_, trial, _) in &trials {
            touched.extend(trial.touched.iter().cloned());
        }
        let is_unsure = !perhaps.is_empty();
        touched.extend(perhaps.into_iter().flatten());
        if anything || is_unsure || trials.windows(2).any(|pair| pair[0].1.state != pair[1].1.state)
        {
            let keys: Vec<_> = if anything { Vec::new() } else { in_order(touched) };
            self.session_mut().unknown(at, message, &keys);
        } else if !touched.is_empty()
            && let Some((way, ..)) =
                trials.iter().find(|(_, trial, _)| trial.has_doubts).or(trials.first())
        {
            // All of them, so any of them; best one that says what is not known.
            self.go(way, &mut env.clone())?;
        }
        let first = trials.first().map_or(Flow::Next, |(.., flow)| flow.clone());
        if trials.iter().all(|(.., flow)| *flow == first) {
            return Ok(first);
        }
        // Whether what comes next runs at all depends on the way.
        let returns = trials.iter().any(|(.., flow)| *flow == Flow::Return);
        let detour = if returns { Detour::Block } else { Detour::Round };
        self.detour = self.detour.max(Some(detour));
        Ok(Flow::Next)
    }

    /// Whether tables and other types are there that only one way makes or drops is not known: nothing is held
    /// against them.
    pub(super) fn forget(
        &mut self,
        relations: &HashSet<Key>,
        others: &HashSet<Key>,
        at: &Location,
    ) {
        for key in others {
            self.session_mut().memory.doubts.add_other(key);
        }
        let reason = "whether a statement that changes it runs is not known".to_owned();
        let why = Rc::new(Why { at: at.clone(), reason });
        for key in relations {
            self.session_mut().catalog_mut().forget_relation(key, &why);
        }
    }

    /// What a way that has been tried may touch, if it need not end in the error that it has ended in: `None` if it does,
    /// or touches no enum.
    pub(super) fn reach_of(&self, way: &Way, error: &Refusal) -> Option<Vec<Key>> {
        let session = self.session();
        let statements = way.statements().filter(|_| session.memory.doubts.cover(error))?;
        session.reach(&statements.text().to_string())
    }

    /// Goes one way.
    pub(super) fn go(&mut self, way: &Way, env: &mut Env) -> Ran {
        match way {
            Way::Nothing => Ok(Flow::Next),
            Way::Statements(statements, from) => self.statements_from(statements, *from, env),
            Way::Guarded(statements) => {
                self.session_mut().catalog_mut().subtransactions += 1;
                let ran = self.statements(statements, env);
                self.session_mut().catalog_mut().subtransactions -= 1;
                ran
            }
            Way::Handler { statements, error, is_certain } => {
                let scope = env.variables.len();
                let text =
                    |text: &str| if *is_certain { Value::text(text) } else { Value::Unknown };
                env.variables.push(("sqlstate".into(), text(&error.sqlstate)));
                env.variables.push(("sqlerrm".into(), text(&error.message)));
                self.handling.push(error.clone());
                let ran = self.statements(statements, env);
                self.handling.pop();
                env.variables.truncate(scope);
                ran
            }
        }
    }

    /// Whether a detour has come up; it ends here if it goes no further than `reach`.
    pub(super) fn end_detour(&mut self, reach: Detour) -> bool {
        let there = self.detour.is_some();
        if self.detour <= Some(reach) {
            self.detour = None;
        }
        there
    }
}
