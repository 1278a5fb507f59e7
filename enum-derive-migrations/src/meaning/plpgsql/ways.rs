//! Ways through a body that depend on what is not known: each is tried out.

use std::collections::BTreeSet;
use std::sync::Arc;

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::{Body, Flow, Ran};
use crate::ground::{Key, Location, Refusal};
use crate::meaning::expression::{Env, Evaluated, child};
use crate::meaning::session::Session;
use crate::meaning::statement::Done;
use crate::meaning::value::{self, Value};

impl Session {
    /// Runs something, takes it back, and says what it changed.
    pub(crate) fn trial(&mut self, run: impl FnOnce(&mut Self) -> Done) -> Trial {
        let point = self.point();
        // What is in doubt already may come into doubt again here.
        let doubts = self.certain();
        let path = Arc::clone(self.catalog.path());
        self.trials += 1;
        // Every enum is looked at.
        self.charge(10 + self.catalog.size() / 4);
        let detour = self.detour.take();
        // That it may fail is its own business: a migration is written to succeed.
        let _ = run(self);
        self.trials -= 1;
        self.detour = detour;
        let mut touched = self.catalog.enums_touched_since(Self::mark_of(&point));
        let relations = self.catalog.relations_touched_since(Self::mark_of(&point));
        let (all, uncertain) = self.uncertain_types();
        touched.extend(uncertain.iter().cloned());
        let anything = all || path != *self.catalog.path();
        let state = self.catalog.enum_state();
        self.roll_back(&point);
        self.doubt_again(doubts);
        Trial { touched, anything, relations, state }
    }

    /// `IF` and `CASE`.
    pub(super) fn branch(
        &mut self,
        node: &SyntaxNode,
        body: &Body,
        env: &mut Env,
        at: &Location,
    ) -> Ran {
        use SyntaxKind as K;
        let mut subject = None;
        let mut branches: Vec<(Option<SyntaxNode>, SyntaxNode)> = Vec::new();
        let mut condition = None;
        for part in node.children() {
            match part.kind() {
                K::PLPGSQL_EXPR if node.kind() == K::PLPGSQL_CASE_STMT => {
                    subject = Some(self.eval(&part, env)?);
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
            let met = match &subject {
                Some(subject) => self.is_among(subject, &condition, env)?,
                None => self.eval(&condition, env)?,
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
                Some(statements) => self.statements(&statements, body, env),
                None if node.kind() == K::PLPGSQL_CASE_STMT => {
                    Err(Refusal::new("20000", "case not found").about_anything())
                }
                None => Ok(Flow::Next),
            };
        }
        let ways: Vec<Way> = perhaps
            .into_iter()
            .map(Some)
            .chain([sure])
            .map(|way| way.map(|statements| (statements, 0)))
            .collect();
        self.try_ways(&ways, body, env, at, "whether this runs is not known before it does")
    }

    /// Whether a value is one of those that a `WHEN` names.
    fn is_among(&mut self, subject: &Value, when: &SyntaxNode, env: &Env) -> Evaluated {
        let list = child(when, SyntaxKind::TARGET_LIST);
        let mut met = Value::Bool(false);
        for target in list.iter().flat_map(SyntaxNode::children) {
            let value = match target.children().next() {
                Some(expression) => self.eval(&expression, env)?,
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
        body: &Body,
        env: &mut Env,
        at: &Location,
        message: &str,
    ) -> Ran {
        let mut trials = Vec::new();
        for way in ways {
            let mut inside = env.clone();
            let mut flow = Ok(Flow::Next);
            let trial = self.trial(|session| {
                if let Some((statements, from)) = way {
                    flow = session.statements_from(statements, *from, body, &mut inside);
                }
                Ok(())
            });
            // A way that fails is not the way the migration is meant to go.
            if let Ok(flow) = flow {
                trials.push((way, trial, flow));
            }
            // What one of the ways sets is not known afterwards.
            self.charge(env.variables.len() / 16);
            for ((_, value), (_, other)) in env.variables.iter_mut().zip(&inside.variables) {
                if !value.is_same(other) {
                    *value = Value::Unknown;
                }
            }
        }
        // Whether a table is there that only one way makes or drops is not known: nothing is held
        // against it.
        for key in trials.iter().flat_map(|(_, trial, _)| &trial.relations) {
            self.catalog.forget_relation(key);
        }
        let anything = trials.iter().any(|(_, trial, _)| trial.anything);
        let touched: BTreeSet<_> =
            trials.iter().flat_map(|(_, trial, _)| trial.touched.iter().cloned()).collect();
        if anything || trials.windows(2).any(|pair| pair[0].1.state != pair[1].1.state) {
            let keys: Vec<_> = if anything { Vec::new() } else { touched.into_iter().collect() };
            self.unknown(at, message, &keys);
        } else if !touched.is_empty()
            && let Some((Some((statements, from)), ..)) = trials.first()
        {
            // All of them, so any of them.
            self.statements_from(statements, *from, body, &mut env.clone())?;
        }
        let mut flows = trials.into_iter().map(|(.., flow)| flow);
        let first = flows.next().unwrap_or(Flow::Next);
        let others: Vec<_> = flows.filter(|flow| *flow != first).collect();
        if others.is_empty() {
            return Ok(first);
        }
        // Whether what comes next runs at all depends on the way.
        let returns = first == Flow::Return || others.contains(&Flow::Return);
        let detour = if returns { Detour::Block } else { Detour::Round };
        self.detour = self.detour.max(Some(detour));
        Ok(Flow::Next)
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

/// What a way through a script would change.
pub(crate) struct Trial {
    pub touched: BTreeSet<Key>,
    pub anything: bool,
    relations: BTreeSet<Key>,
    state: Vec<(Key, Vec<Arc<str>>)>,
}

/// A list of statements from one of them on, or nothing.
pub(super) type Way = Option<(SyntaxNode, usize)>;

/// What the statements that come next may have been left out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Detour {
    /// The round of the loop.
    Round,
    /// The block.
    Block,
}

impl Trial {
    pub(crate) fn changes_nothing(&self) -> bool {
        self.touched.is_empty() && !self.anything
    }
}
