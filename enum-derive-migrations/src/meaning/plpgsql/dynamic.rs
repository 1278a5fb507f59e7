//! `EXECUTE`, and what queries put into variables.

use std::rc::Rc;
use std::sync::Arc;

use super::body::Body;
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::{Env, Rows};
use crate::meaning::value::Value;
use crate::text::body::Target;
use crate::text::nesting::too_nested;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::origin::Origin;
use crate::text::strings::respelled;
use crate::text::syntax::{child, descendants, has_token, is_query};
use crate::text::{literal, name, tree};

impl Body<'_> {
    /// A statement of SQL's, perhaps with an `INTO` that has been cut out.
    pub(super) fn run_sql(&mut self, node: &SyntaxNode, env: &mut Env) -> Done {
        let start = usize::from(node.text_range().start());
        let into = self.intos.iter().position(|into| into.query == start);
        if is_query(node.kind()) {
            let rows = self.evaluator().query(node, env)?;
            if !rows.complete {
                self.sql.interpret(node, env)?;
            } else if !rows.are_known() {
                self.sql.query_may_fail(node, env);
            }
            let found = if rows.complete { Some(!rows.list.is_empty()) } else { None };
            if let Some(into) = into.map(|into| &self.intos[into]) {
                if into.strict {
                    check_strict(&rows)?;
                }
                assign_rows(&rows, &into.targets, env);
            }
            env.set("found", Value::of_truth(found));
            return Ok(());
        }
        self.sql.interpret(node, env)?;
        if let Some(into) = into.map(|into| &self.intos[into]) {
            assign_rows(&Rows::default(), &into.targets, env);
        }
        if matches!(
            node.kind(),
            SyntaxKind::INSERT | SyntaxKind::UPDATE | SyntaxKind::DELETE | SyntaxKind::MERGE
        ) {
            env.set("found", Value::Unknown);
        }
        Ok(())
    }

    pub(super) fn assign(&mut self, node: &SyntaxNode, env: &mut Env) -> Done {
        use SyntaxKind as K;
        let Some(target) = child(node, K::PLPGSQL_ASSIGN_TARGET) else { return Ok(()) };
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let mut value = self.evaluator().eval(&expression, env)?;
        let Some(variable) = child(&target, K::PLPGSQL_VAR_NAME_REF) else { return Ok(()) };
        if target.children().count() > 1 {
            // A field or an element.
            value = Value::Unknown;
        } else if let Some(ty) = self.declared_type(&name::identifier(&variable)) {
            value = self.evaluator().cast(value, &ty, env)?;
        }
        env.set(&name::identifier(&variable), value);
        Ok(())
    }

    /// The type that a variable is declared with, if that is named.
    fn declared_type(&self, variable: &str) -> Option<SyntaxNode> {
        let mut declared = self.types.iter().rev();
        declared.find(|(name, _)| &**name == variable).and_then(|(_, ty)| ty.clone())
    }

    pub(super) fn execute_dynamic(
        &mut self,
        node: &SyntaxNode,
        env: &mut Env,
        at: &Location,
    ) -> Done {
        use SyntaxKind as K;
        let Some(expression) = child(node, K::PLPGSQL_EXPR) else { return Ok(()) };
        let mut into = Vec::new();
        let into_clause = child(node, K::PLPGSQL_INTO_CLAUSE);
        if let Some(clause) = &into_clause {
            for target in descendants(clause, K::PLPGSQL_INTO_TARGET) {
                if let Some(variable) = child(&target, K::PLPGSQL_VAR_NAME_REF) {
                    let variable = name::identifier(&variable);
                    into.push(Target { variable, field: target.children().count() > 1 });
                }
            }
        }
        let text = match self.evaluator().eval(&expression, env)? {
            Value::Text(text) => text,
            Value::Null => {
                return Err(Refusal::new("22004", "query string argument of EXECUTE is null"));
            }
            _ => {
                self.session_mut().unknown(
                    at,
                    "what this executes is put together at run time",
                    &[],
                );
                assign_rows(&Rows::default(), &into, env);
                return Ok(());
            }
        };
        let origin = origin_of_text(&expression, env, at);
        let parameters = self.parameters(node, env)?;
        if into.is_empty() {
            return self.run_dynamic(&text, &origin);
        }
        let rows = match self.parse_query(&text) {
            Some(query) => {
                let mut inside = Env::new(origin);
                inside.variables = parameters;
                let rows = self.evaluator().query(&query, &inside)?;
                if !rows.are_known() {
                    self.sql.query_may_fail(&query, &inside);
                }
                rows
            }
            None => {
                self.run_dynamic(&text, &origin)?;
                Rows::default()
            }
        };
        if into_clause.is_some_and(|into| has_token(&into, K::STRICT_KW)) {
            check_strict(&rows)?;
        }
        assign_rows(&rows, &into, env);
        Ok(())
    }

    fn run_dynamic(&mut self, text: &str, origin: &Origin) -> Done {
        self.session_mut().connection.begin_dynamic();
        let ran = self.sql.run_text(text, origin);
        self.session_mut().connection.end_dynamic();
        ran
    }

    /// What `USING` gives for `$1` and so on.
    pub(super) fn parameters(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Vec<(Arc<str>, Value)>, Refusal> {
        let mut parameters = Vec::new();
        let using = child(node, SyntaxKind::PLPGSQL_USING_CLAUSE);
        for (index, value) in using.iter().flat_map(SyntaxNode::children).enumerate() {
            parameters
                .push((format!("${}", index + 1).into(), self.evaluator().eval(&value, env)?));
        }
        Ok(parameters)
    }

    /// The rows of a query that is a text. `None` if they are not all known.
    pub(super) fn dynamic_rows(
        &mut self,
        node: &SyntaxNode,
        env: &Env,
    ) -> Result<Option<Rows>, Refusal> {
        let Some(expression) = child(node, SyntaxKind::PLPGSQL_EXPR) else { return Ok(None) };
        let text = match self.evaluator().eval(&expression, env)? {
            Value::Text(text) => text,
            Value::Null => {
                return Err(Refusal::new("22004", "query string argument of EXECUTE is null"));
            }
            _ => return Ok(None),
        };
        let Some(query) = self.parse_query(&text) else { return Ok(None) };
        let mut inside = Env::new(Origin::fixed(&env.origin.of(&expression)));
        inside.variables = self.parameters(node, env)?;
        let rows = self.evaluator().query(&query, &inside)?;
        Ok(rows.complete.then_some(rows))
    }

    pub(super) fn parse_query(&self, text: &str) -> Option<SyntaxNode> {
        if too_nested(text) {
            return None;
        }
        let node = tree::statement(&respelled(text, self.catalog().backslash())).ok()??;
        is_query(node.kind()).then_some(node)
    }
}

/// `STRICT`
fn check_strict(rows: &Rows) -> Done {
    match rows.list.len() {
        0 if rows.complete => Err(Refusal::new("P0002", "query returned no rows").about_anything()),
        2.. => Err(Refusal::new("P0003", "query returned more than one row").about_anything()),
        _ => Ok(()),
    }
}

/// A value that a row would have, if there is one: a text may be nothing instead.
fn perhaps(value: &Value) -> Value {
    match value {
        Value::Text(text) if name::has_hole(text) => value.clone(),
        _ => Value::Unknown,
    }
}

/// The first row of a query goes into variables.
fn assign_rows(rows: &Rows, targets: &[Target], env: &mut Env) {
    let row = rows.list.first();
    for (index, target) in targets.iter().enumerate() {
        if target.field {
            // The variable as a whole is not known any more.
            env.set(&target.variable, Value::Unknown);
            continue;
        }
        let is_row = targets.len() == 1
            && env
                .variables
                .iter()
                .rev()
                .find(|(name, _)| *name == target.variable)
                .is_some_and(|(_, value)| matches!(value, Value::Row(_)));
        let value = match row {
            // Which of several rows is the first is not known.
            Some(_) if rows.complete && !rows.ordered && rows.list.len() > 1 => Value::Unknown,
            _ if !rows.complete && is_row => Value::Row(Rc::new(rows.shape.clone())),
            _ if !rows.complete => {
                rows.shape.get(index).map_or(Value::Unknown, |(_, value)| perhaps(value))
            }
            Some(row) if is_row => Value::Row(Rc::new(row.clone())),
            Some(row) => row.get(index).map_or(Value::Null, |(_, value)| value.clone()),
            None => Value::Null,
        };
        env.set(&target.variable, value);
    }
}

/// Text that is one literal stands in the file as it is; any other is the statement's.
fn origin_of_text(expression: &SyntaxNode, env: &Env, at: &Location) -> Origin {
    let mut node = expression.clone();
    loop {
        if node.kind() == SyntaxKind::LITERAL {
            return match literal::decoded(&node) {
                Some(decoded) => env.origin.decoded(decoded),
                None => Origin::fixed(at),
            };
        }
        let mut children = node.children();
        match (children.next(), children.next()) {
            (Some(only), None)
                if matches!(
                    node.kind(),
                    SyntaxKind::PLPGSQL_EXPR
                        | SyntaxKind::TARGET_LIST
                        | SyntaxKind::TARGET
                        | SyntaxKind::PAREN_EXPR
                ) =>
            {
                node = only;
            }
            _ => return Origin::fixed(at),
        }
    }
}
