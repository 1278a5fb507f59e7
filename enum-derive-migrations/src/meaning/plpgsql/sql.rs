//! What PL/pgSQL leaves to SQL.

use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::{Env, Evaluator};
use crate::meaning::session::Session;
use crate::text::node::SyntaxNode;
use crate::text::origin::Origin;

/// What runs SQL for a body, as the server's programming interface does for its procedural languages (`PostgreSQL`
/// manual, 45).
pub(crate) trait Sql {
    fn session(&self) -> &Session;

    fn session_mut(&mut self) -> &mut Session;

    /// What evaluates the body's expressions.
    fn evaluator(&mut self) -> Evaluator<'_>;

    /// Refuses an expression, or a query, in which a literal is a label that there is not, or not yet.
    fn check_labels(&self, node: &SyntaxNode, env: &Env) -> Done;

    /// Refuses a literal that is none of the labels of a column, as `t.c%TYPE` names it.
    fn check_label_of_column(&self, column: &str, value: &SyntaxNode, env: &Env) -> Done;

    /// Does what a statement does.
    fn interpret(&mut self, node: &SyntaxNode, env: &Env) -> Done;

    /// Runs a text of any number of statements.
    fn run_text(&mut self, text: &str, origin: &Origin) -> Done;

    /// Runs a query for what it does. Whether it found a row, if that is known.
    fn run_query(&mut self, node: &SyntaxNode, env: &Env) -> Result<Option<bool>, Refusal>;

    /// A query has been run whose result is not known, so that it may have failed as well.
    fn query_may_fail(&mut self, node: &SyntaxNode, env: &Env);

    /// What is said from outside of the statement of a block that stands here.
    fn assumptions_inside(&self, at: &Location) -> Vec<usize>;

    /// Runs that in place of the statement if it is needed, which it is if the statement cannot be run without
    /// anything to report.
    fn assume_inside(&mut self, here: &[usize], at: &Location, is_needed: bool) -> Done;

    /// Runs what a comment says in place of a statement.
    fn assume(&mut self, comment: &str, origin: &Origin) -> Done;
}
