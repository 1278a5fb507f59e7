//! Literals that are compared with labels, or brought to one type with them.

use super::executor::Executor;
use super::labelled::{Labelled, items, only_item, operator, settles_types};
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    COMPARISONS, child, child_that, children, children_that, function_name, is_expression,
    is_query, value_rows,
};

impl Executor<'_> {
    /// `column = 'ok'`, `column IN ('ok', …)` and the like, in either order.
    pub(super) fn check_comparison(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        // With operators of the folder's own, a text beside a label may be any other type's.
        if self.session.memory.makes_operators {
            return Ok(());
        }
        let operands = children_that(node, is_expression);
        let tokens = || node.children_with_tokens();
        match operands.as_slice() {
            [value, bounds @ ..] if node.kind() == K::BETWEEN_EXPR => {
                if !bounds.iter().any(is_text) {
                    return Ok(());
                }
                let Some(ty) = self.labelled(value, env) else { return Ok(()) };
                bounds.iter().try_for_each(|bound| self.check_use(bound, ty, env))
            }
            [left, right] if tokens().any(|it| COMPARISONS.contains(&it.kind())) => {
                let is_list = tokens().any(|it| matches!(it.kind(), K::IN_KW | K::NOT_IN));
                self.check_compared(left, right, is_list, env)
            }
            [left, right] => match operator(node).as_deref() {
                Some("@>" | "<@" | "&&" | "||") => {
                    for (array, text) in [(left, right), (right, left)] {
                        let ty = is_text(text).then(|| self.labelled(array, env)).flatten();
                        if let Some(ty) = ty.filter(|ty| ty.is_array) {
                            self.check_use(text, ty, env)?;
                        }
                    }
                    Ok(())
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn check_compared(
        &self,
        left: &SyntaxNode,
        right: &SyntaxNode,
        is_list: bool,
        env: &Env,
    ) -> Done {
        use SyntaxKind as K;
        if left.kind() == K::TUPLE_EXPR {
            // `(a, b) = (1, 'ok')`, `(a, b) IN ((1, 'ok'), …)`
            let rows = if is_list { children(right, K::TUPLE_EXPR) } else { vec![right.clone()] };
            let fields = children_that(left, is_expression);
            for row in rows.iter().filter(|row| row.kind() == K::TUPLE_EXPR) {
                for (one, other) in fields.iter().zip(children_that(row, is_expression)) {
                    self.check_compared(one, &other, false, env)?;
                }
            }
            return Ok(());
        }
        for (one, other) in [(left, right), (right, left)] {
            // What a name means takes a look at all that is around it.
            if is_text(other) {
                if let Some(ty) = self.labelled(one, env) {
                    self.check_operand(other, ty, env)?;
                }
                // `'ok' = ANY (column)`, and `'ok' = ANY (SELECT column …)`
                if let Some(array) = operand_of_any(one)
                    && let Some(ty) = self.labelled(&array, env).filter(|ty| ty.is_array)
                {
                    self.check_use(other, ty.element(), env)?;
                }
                let item = query_of_any(one).and_then(|query| only_item(&query));
                if let Some(ty) = item.and_then(|item| self.labelled(&item, env)) {
                    self.check_use(other, ty, env)?;
                }
            }
        }
        if is_list || is_text(left) || is_text(right) {
            return Ok(());
        }
        self.check_comparable(left, right, env)
    }

    /// A label is compared with nothing but labels of its type.
    fn check_comparable(&self, left: &SyntaxNode, right: &SyntaxNode, env: &Env) -> Done {
        for (one, other) in [(left, right), (right, left)] {
            let Some(labels) = self.labelled(one, env) else { continue };
            let Some(ty) = self.other_type(other, labels, env) else { continue };
            let labels = self.name_of_labels(labels);
            let (left, right) = if one == left { (&labels, &ty) } else { (&ty, &labels) };
            let message = format!("operator does not exist: {left} = {right}");
            return Err(Refusal::new("42883", message)
                .about_anything()
                .at(&env.origin.of(other))
                .help(format!("convert it: `(…)::{labels}`")));
        }
        Ok(())
    }

    /// What a value of a type is compared with.
    fn check_operand(&self, operand: &SyntaxNode, ty: Labelled, env: &Env) -> Done {
        use SyntaxKind as K;
        if let Some(array) = operand_of_any(operand) {
            // An array of literals without a cast is one of texts.
            return if array.kind() == K::LITERAL {
                self.check_use(&array, ty.array(), env)
            } else {
                Ok(())
            };
        }
        match operand.kind() {
            K::TUPLE_EXPR => operand.children().try_for_each(|it| self.check_use(&it, ty, env)),
            _ => self.check_use(operand, ty, env),
        }
    }

    /// What is brought to one type: if that is labels, a literal there is one as well, unless something of another type
    /// is there.
    pub(super) fn check_alike(&self, expressions: &[SyntaxNode], env: &Env) -> Done {
        if !expressions.iter().any(is_text) {
            return Ok(());
        }
        let mut ty = None;
        for expression in expressions.iter().filter(|it| it.kind() != SyntaxKind::LITERAL) {
            let found = self.labelled(expression, env);
            if found.is_none() || ty.is_some() && ty != found {
                return Ok(());
            }
            ty = found;
        }
        match ty {
            Some(ty) => expressions.iter().try_for_each(|it| self.check_use(it, ty, env)),
            None => Ok(()),
        }
    }

    /// `VALUES` with several rows, and `UNION` of two queries: each column is of one type.
    pub(super) fn check_rows(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        // There, values are given to columns at once.
        if node.parent().is_some_and(|parent| matches!(parent.kind(), K::INSERT | K::MERGE_INSERT))
        {
            return Ok(());
        }
        let mut rows = Vec::new();
        if node.kind() == K::VALUES {
            for row in value_rows(node) {
                rows.push(children_that(&row, is_expression));
            }
        } else {
            for query in children_that(node, is_query) {
                let Some(items) = items(&query).filter(|_| !settles_types(&query)) else {
                    return Ok(());
                };
                rows.push(items);
            }
            // More are brought to one type two by two.
            if rows.len() != 2 {
                return Ok(());
            }
        }
        let count = rows.first().map_or(0, Vec::len);
        if rows.iter().any(|row| row.len() != count) {
            return Ok(());
        }
        for index in 0..count {
            let column: Vec<_> = rows.iter().filter_map(|row| row.get(index)).cloned().collect();
            self.check_alike(&column, env)?;
        }
        Ok(())
    }

    /// `CASE column WHEN 'ok' THEN …`
    pub(super) fn check_case(&self, node: &SyntaxNode, env: &Env) -> Done {
        let Some(subject) = child_that(node, is_expression) else { return Ok(()) };
        if subject.kind() == SyntaxKind::LITERAL {
            return Ok(());
        }
        let Some(ty) = self.labelled(&subject, env) else { return Ok(()) };
        let clauses = child(node, SyntaxKind::WHEN_CLAUSE_LIST);
        for clause in clauses.iter().flat_map(|it| children(it, SyntaxKind::WHEN_CLAUSE)) {
            if let Some(value) = child_that(&clause, is_expression) {
                self.check_use(&value, ty, env)?;
            }
        }
        Ok(())
    }

    /// `coalesce(column, 'ok')` and the like.
    pub(super) fn check_call(&self, node: &SyntaxNode, env: &Env) -> Done {
        let Some(arguments) = self.arguments_of_built_in(node) else { return Ok(()) };
        if !arguments.iter().any(is_text) {
            return Ok(());
        }
        let arguments = arguments.as_slice();
        match (&*function_name(node), arguments) {
            ("coalesce" | "greatest" | "least" | "enum_range" | "nullif", _) => {
                self.check_alike(arguments, env)
            }
            ("lag" | "lead", [value, _, other]) => {
                self.check_alike(&[value.clone(), other.clone()], env)
            }
            (
                "array_append" | "array_remove" | "array_position" | "array_positions",
                [array, it, ..],
            )
            | ("array_prepend", [it, array]) => {
                self.check_elements(array, std::slice::from_ref(it), env)
            }
            ("array_replace", [array, elements @ ..]) => self.check_elements(array, elements, env),
            ("array_cat", [..]) => self.check_alike(arguments, env),
            _ => Ok(()),
        }
    }

    /// Elements of an array, each by itself.
    fn check_elements(&self, array: &SyntaxNode, elements: &[SyntaxNode], env: &Env) -> Done {
        match self.labelled(array, env).filter(|ty| ty.is_array) {
            Some(ty) => elements.iter().try_for_each(|it| self.check_use(it, ty.element(), env)),
            None => Ok(()),
        }
    }
}

/// Whether an operand is a text, or several.
fn is_text(node: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    match node.kind() {
        K::LITERAL => matches!(literal(node), Value::Text(_)),
        K::PAREN_EXPR | K::TUPLE_EXPR => node.children().any(|it| is_text(&it)),
        _ => operand_of_any(node).is_some_and(|array| is_text(&array)),
    }
}

/// The array in `ANY (…)`, `SOME (…)` and `ALL (…)`.
pub(super) fn operand_of_any(node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind as K;
    let any = child_that(node, |kind| matches!(kind, K::ANY_FN | K::SOME_FN | K::ALL_FN))?;
    child_that(&any, is_expression)
}

/// The query in `ANY (SELECT …)`.
fn query_of_any(node: &SyntaxNode) -> Option<SyntaxNode> {
    use SyntaxKind as K;
    let any = child_that(node, |kind| matches!(kind, K::ANY_FN | K::SOME_FN | K::ALL_FN))?;
    child_that(&any, is_query)
}
