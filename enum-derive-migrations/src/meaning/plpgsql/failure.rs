//! Blocks whose handlers may take back what they have done.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::body::{Body, Ran, Way};
use super::raise::find_handler;
use crate::ground::{Location, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::failures::MayFail;
use crate::meaning::session::Point;
use crate::meaning::trial::Attempt;
use crate::text::syntax::child;

/// A handler, and an error that it may be for.
struct Caught {
    at: Location,
    sqlstate: &'static str,
    handler: SyntaxNode,
}

impl Body<'_> {
    /// Goes on after a block whose statements have been run without an error. What of `failures` its handlers catch
    /// decides whether the block has done anything; the rest is for the blocks around it.
    ///
    /// `None` if that makes no difference.
    pub(super) fn after_failures(
        &mut self,
        failures: Vec<MayFail>,
        (statements, section): (&SyntaxNode, &SyntaxNode),
        (env, before): (&mut Env, Env),
        point: &Point,
    ) -> Option<Ran> {
        let mut caught: Vec<Caught> = Vec::new();
        for MayFail { at, sqlstates } in failures {
            let mut rest = Vec::new();
            for sqlstate in sqlstates {
                match find_handler(section, sqlstate) {
                    Some(handler) if caught.iter().any(|there| there.handler == handler) => {}
                    Some(handler) => caught.push(Caught { at: at.clone(), sqlstate, handler }),
                    None => rest.push(sqlstate),
                }
            }
            self.session_mut().run.failures.add(at, rest);
        }
        let at = caught.first()?.at.clone();
        let handlers = caught.into_iter().filter_map(|caught| {
            let statements = child(&caught.handler, SyntaxKind::PLPGSQL_BODY)?;
            let error = Refusal::new(caught.sqlstate, "").about_anything();
            Some(Way::Handler(statements, error))
        });
        let handlers: Vec<_> = handlers.collect();
        if !self.catalog().has_changed_since(point.mark)
            && handlers.iter().all(|way| self.changes_nothing(way, env))
        {
            let relations = self.catalog().relations_touched_since(point.mark);
            let others = self.catalog().others_touched_since(point.mark);
            self.forget(&relations, &others);
            return None;
        }
        self.session_mut().roll_back(point);
        *env = before;
        let ways: Vec<_> = [Way::Guarded(statements.clone())].into_iter().chain(handlers).collect();
        let message = "whether this fails, and a handler takes back what the block has done, is not known before it runs";
        Some(self.try_ways(&ways, env, &at, message))
    }

    fn changes_nothing(&mut self, way: &Way, env: &Env) -> bool {
        let detour = self.detour.take();
        let attempt = Attempt::begin(self.session_mut());
        let _ = self.go(way, &mut env.clone());
        let trial = attempt.end(self.session_mut());
        self.detour = detour;
        self.forget(&trial.relations, &trial.others);
        trial.changes_nothing()
    }
}
