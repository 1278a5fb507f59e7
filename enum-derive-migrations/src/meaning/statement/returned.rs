//! What functions in SQL return, where that is labels.

use super::executor::Executor;
use super::labelled::{are_texts, only_item};
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, is_expression, is_query, is_type};

impl Executor<'_> {
    /// Whether a function returns labels, or rows of nothing else.
    pub(super) fn returns_labels(&self, function: &SyntaxNode) -> bool {
        returned_type(function).is_some_and(|ty| self.labelled_type(&ty).is_some())
    }

    /// The last query of a function's body must have a result of the function's type. A literal is a text by then, whatever it
    /// says (`check_sql_fn_retval` in `functions.c`).
    pub(super) fn check_returned(
        &self,
        function: &SyntaxNode,
        statement: &SyntaxNode,
        env: &Env,
    ) -> Done {
        let Some(ty) = returned_type(function) else { return Ok(()) };
        let Some(labels) = self.labelled_type(&ty) else { return Ok(()) };
        let value = match statement.kind() {
            SyntaxKind::RETURN_STMT => child_that(statement, is_expression),
            kind if is_query(kind) => only_item(statement),
            _ => None,
        };
        let Some(value) = value.filter(|_| !self.may_convert()) else { return Ok(()) };
        let is_text =
            are_texts(std::slice::from_ref(&value)) || matches!(literal(&value), Value::Null);
        let from = if value.kind() == SyntaxKind::LITERAL && is_text {
            Some("text".to_owned())
        } else {
            self.other_type(&value, labels, env)
        };
        let Some(from) = from else { return Ok(()) };
        let key = self.catalog().ty(labels.ty).map(|ty| ty.key.clone());
        let to = self.name_of_labels(labels);
        let message = format!("return type mismatch in function declared to return {to}");
        let refusal = Refusal::new("42P13", message)
            .at(&env.origin.of(&value))
            .help(format!("the last statement returns {from}: convert it, `(…)::{to}`"));
        // A column may have another type than is known here.
        Err(match key {
            Some(key) if is_text => refusal.about(&key),
            _ => refusal.about_anything(),
        })
    }
}

fn returned_type(function: &SyntaxNode) -> Option<SyntaxNode> {
    child(function, SyntaxKind::RET_TYPE).and_then(|it| child_that(&it, is_type))
}
