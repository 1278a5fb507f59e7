//! What expressions and PL/pgSQL leave to what runs statements.

use std::sync::Arc;

use super::executor::Executor;
use super::schemas::boolean;
use crate::catalog::Catalog;
use crate::ground::{Done, Key, Location, Refusal};
use crate::meaning::doubts::Doubts;
use crate::meaning::expression::{Env, Evaluator, Host};
use crate::meaning::limits::Limits;
use crate::meaning::plpgsql::Sql;
use crate::meaning::session::Session;
use crate::meaning::value::Value;
use crate::text::name;
use crate::text::node::SyntaxNode;
use crate::text::origin::Origin;

impl Host for Executor<'_> {
    fn catalog(&self) -> &Catalog {
        self.session.catalog()
    }

    fn doubts(&self) -> &Doubts {
        &self.session.memory.doubts
    }

    fn limits(&mut self) -> &mut Limits {
        &mut self.session.run.limits
    }

    fn unknown(&mut self, at: &Location, message: &str, touches: &[Key]) {
        self.session.unknown(at, message, touches);
    }

    fn may_fail(&mut self, at: Location, sqlstate: &'static str) {
        self.session.run.failures.add(at, vec![sqlstate.into()]);
    }

    fn call(&mut self, name: &str, arguments: &[Value], at: &Location) {
        self.call_routine(name, arguments, at);
    }

    fn set_path(&mut self, path: Option<Arc<[Arc<str>]>>, local: bool) {
        match path {
            Some(path) => self.session.catalog_mut().set_path(path, local),
            None => self.session.connection.reset_path(local),
        }
    }

    fn set_backslash(&mut self, value: &str, local: bool, at: &Location) {
        Self::set_backslash(self, Some(value), local, at);
    }

    fn set_reads_bodies(&mut self, value: &str, local: bool) {
        Self::set_reads_bodies(self, Some(value), local);
    }

    fn set_read_only(&mut self, setting: &str, value: &str, local: bool) {
        Self::set_read_only(self, setting, boolean(value) == Some(true), local);
    }
}

impl Sql for Executor<'_> {
    fn session(&self) -> &Session {
        self.session
    }

    fn session_mut(&mut self) -> &mut Session {
        self.session
    }

    fn evaluator(&mut self) -> Evaluator<'_> {
        Evaluator::new(self)
    }

    fn check_labels(&self, node: &SyntaxNode, env: &Env) -> Done {
        self.check_uses(node, env)
    }

    fn check_label_of_column(&self, column: &str, value: &SyntaxNode, env: &Env) -> Done {
        let named = column.rsplit_once('.').and_then(|(table, column)| {
            Some((name::parse_path(table)?, name::parse_path(column)?.name))
        });
        let Some((table, column)) = named else { return Ok(()) };
        let relation = self.catalog().find_relation(&table).filter(|id| self.holds(*id));
        let column = relation
            .and_then(|id| self.catalog().relation(id))
            .and_then(|relation| relation.column(&column));
        match column.and_then(|column| self.labels_taken_by(&column.ty)) {
            Some(labels) => self.check_use(value, labels, env),
            None => Ok(()),
        }
    }

    fn interpret(&mut self, node: &SyntaxNode, env: &Env) -> Done {
        self.note_in_block(node, env);
        Self::interpret(self, node, env)
    }

    fn run_text(&mut self, text: &str, origin: &Origin) -> Done {
        Self::run_text(self, text, origin)
    }

    fn run_query(&mut self, node: &SyntaxNode, env: &Env) -> Result<Option<bool>, Refusal> {
        self.check_uses(node, env)?;
        Self::run_query(self, node, env)
    }

    fn query_may_fail(&mut self, node: &SyntaxNode, env: &Env) {
        Self::query_may_fail(self, node, env);
    }

    fn assumptions_inside(&self, at: &Location) -> Vec<usize> {
        self.session.run.assumptions.inside(at)
    }

    fn assume_inside(&mut self, here: &[usize], at: &Location, is_needed: bool) -> Done {
        Self::assume_inside(self, here, at, is_needed)
    }

    fn assume(&mut self, comment: &str, origin: &Origin) -> Done {
        Self::assume(self, comment, origin)
    }
}
