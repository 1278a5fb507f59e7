//! Blocks whose handlers may take back what they have done.

use std::borrow::Cow;

use super::body::{Body, Ran, Way};
use super::raise::find_handler;
use crate::ground::{Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::failures::MayFail;
use crate::meaning::trial::Attempt;
use crate::meaning::value::Value;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::child;

/// The statements of a handler, and an error that it may be for.
struct Caught {
    at: Location,
    sqlstate: Cow<'static, str>,
    handler: SyntaxNode,
}

impl Body<'_> {
    /// Runs the statements of a block with handlers, and the handler of the error that they end in. Where they may have
    /// ended in another one before, which handler runs is not known.
    pub(super) fn guarded(
        &mut self,
        statements: &SyntaxNode,
        section: &SyntaxNode,
        env: &mut Env,
    ) -> Ran {
        let point = self.session().point();
        let before = env.clone();
        let body = Way::Guarded(statements.clone());
        let outer = self.session_mut().run.failures.enter();
        let ran = self.go(&body, env);
        let failures = self.session_mut().run.failures.leave(outer);
        let certain = match &ran {
            Ok(_) => Some(body),
            Err(error) => handler_of(section, &error.sqlstate).map(|handler| {
                let error = error.clone();
                Way::Handler { statements: handler, error, is_certain: true }
            }),
        };
        let caught = self.caught(failures, section);
        // An error that is not certain itself: the block may run to its end as well.
        let doubted = ran.as_ref().err().filter(|error| self.session().memory.doubts.cover(error));
        let is_doubted = doubted.is_some() && (certain.is_some() || !caught.is_empty());
        let first = match doubted.filter(|_| is_doubted) {
            Some(error) => error.at.clone().or_else(|| Some(before.origin.of(statements))),
            None => caught.first().map(|caught| caught.at.clone()),
        };
        let Some(at) = first else {
            return match certain {
                Some(handler @ Way::Handler { .. }) => {
                    self.session_mut().roll_back(&point);
                    self.go(&handler, env)
                }
                _ => ran,
            };
        };
        let mut perhaps = Vec::with_capacity(caught.len());
        for caught in caught {
            let error = Refusal::new(&*caught.sqlstate, "").about_anything();
            perhaps.push(Way::Handler { statements: caught.handler, error, is_certain: false });
        }
        let changes_no_enum = ran.is_ok() && !self.catalog().has_changed_since(point.mark);
        let relations = self.catalog().relations_touched_since(point.mark);
        let others = self.catalog().others_touched_since(point.mark);
        let dependents = self.catalog().dependent_doubts_since(point.mark, true);
        let leaves_all = changes_no_enum && relations.is_empty() && others.is_empty();
        if !leaves_all {
            // The handlers run where the block has not.
            self.session_mut().roll_back(&point);
        }
        let mut set = Vec::new();
        if changes_no_enum
            && perhaps.iter().all(|way| self.changes_nothing(way, env, &at, &mut set))
        {
            if leaves_all {
                self.session_mut().catalog_mut().doubt_dependents(&dependents);
                forget_variables(env, &set);
                return ran;
            }
            *env = before;
            let outer = self.session_mut().run.failures.enter();
            let ran = self.go(&Way::Guarded(statements.clone()), env);
            self.session_mut().run.failures.leave(outer);
            self.forget(&relations, &others, &at);
            self.session_mut().catalog_mut().doubt_dependents(&dependents);
            forget_variables(env, &set);
            return ran;
        }
        self.session_mut().roll_back(&point);
        *env = before;
        let body = is_doubted.then(|| Way::Guarded(statements.clone()));
        let ways: Vec<_> = body.into_iter().chain(certain).chain(perhaps).collect();
        let message = "whether this fails, and a handler takes back what the block has done, is not known before it runs";
        self.try_ways(&ways, env, &at, message)
    }

    /// The handlers of a block for what may have failed in it, each once. What none of them is for, those of the blocks
    /// around it may be for.
    fn caught(&mut self, failures: Vec<MayFail>, section: &SyntaxNode) -> Vec<Caught> {
        let mut caught: Vec<Caught> = Vec::new();
        for MayFail { at, sqlstates } in failures {
            let mut rest = Vec::new();
            for sqlstate in sqlstates {
                match handler_of(section, &sqlstate) {
                    Some(handler) if caught.iter().any(|there| there.handler == handler) => {}
                    Some(handler) => caught.push(Caught { at: at.clone(), sqlstate, handler }),
                    None => rest.push(sqlstate),
                }
            }
            self.session_mut().run.failures.add(at, rest);
        }
        caught
    }

    /// A way has been tried that may have ended in an error. A block around it may be for that.
    pub(super) fn may_fail(&mut self, ran: &Ran, at: &Location) {
        if let Err(error) = ran {
            let sqlstate = Cow::Owned(error.sqlstate.to_string());
            self.session_mut().run.failures.add(at.clone(), vec![sqlstate]);
        }
    }

    /// Whether a way changes nothing but variables, whose places it adds.
    fn changes_nothing(
        &mut self,
        way: &Way,
        env: &Env,
        at: &Location,
        set: &mut Vec<usize>,
    ) -> bool {
        let detour = self.detour.take();
        let attempt = Attempt::begin(self.session_mut());
        let mut inside = env.clone();
        let ran = self.go(way, &mut inside);
        let pairs = env.variables.iter().zip(&inside.variables).enumerate();
        set.extend(pairs.filter(|(_, (it, other))| !it.1.is_same(&other.1)).map(|(at, _)| at));
        let trial = attempt.end(self.session_mut());
        self.detour = detour;
        self.may_fail(&ran, at);
        self.forget(&trial.relations, &trial.others, at);
        self.session_mut().catalog_mut().doubt_tables(&trial.tables);
        let reach = ran.err().and_then(|error| self.reach_of(way, &error));
        reach.is_none() && trial.changes_nothing()
    }
}

/// What a handler sets that may have run is not known afterwards.
fn forget_variables(env: &mut Env, set: &[usize]) {
    for &at in set {
        env.variables[at].1 = Value::Unknown;
    }
}

/// The statements of the handler for an error.
fn handler_of(section: &SyntaxNode, sqlstate: &str) -> Option<SyntaxNode> {
    find_handler(section, sqlstate).and_then(|handler| child(&handler, SyntaxKind::PLPGSQL_BODY))
}
