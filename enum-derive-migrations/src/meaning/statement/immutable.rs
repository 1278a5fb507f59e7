//! Expressions that may not change their results: those of indexes, generated columns and partition keys.

use super::executor::Executor;
use super::labelled::{Labelled, elements};
use crate::catalog::ColumnType;
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children, function_name, is_expression, is_query, is_type,
};

/// The types that labels are converted to by way of their text.
const STRINGS: [&str; 4] = ["bpchar", "name", "text", "varchar"];

impl Executor<'_> {
    /// Refuses a conversion between labels and text in such an expression: it reads the labels of the type, which may get
    /// other names (`enum_in` and `enum_out` are `STABLE`).
    pub(super) fn check_is_immutable(&self, cast: &SyntaxNode, env: &Env) -> Done {
        let Some(message) = place(cast) else { return Ok(()) };
        let (value, ty) = (child_that(cast, is_expression), child_that(cast, is_type));
        let (Some(value), Some(ty)) = (value, ty) else { return Ok(()) };
        if self.may_convert() {
            return Ok(());
        }
        let reads_labels = match (self.labelled_type(&ty), self.column_type_of(&ty)) {
            (Some(labels), _) => self.is_read_later(&value, labels, env),
            (None, ColumnType::BuiltIn { ty, .. }) => {
                STRINGS.contains(&ty.name) && self.labelled(&value, env).is_some()
            }
            _ => false,
        };
        if !reads_labels {
            return Ok(());
        }
        Err(Refusal::new("42P17", message)
            .about_anything()
            .at(&env.origin.of(cast))
            .help("leave the column as it is, and compare it with labels: `column = 'label'`"))
    }

    /// Whether labels are made of a value when it is computed: literals are read with the expression, and those in `ARRAY`
    /// as well, as its elements are converted one by one.
    fn is_read_later(&self, value: &SyntaxNode, labels: Labelled, env: &Env) -> bool {
        use SyntaxKind as K;
        let inner = child_that(value, is_expression).filter(|_| labels.is_array);
        match (value.kind(), inner) {
            (K::PAREN_EXPR, Some(inner)) => self.is_read_later(&inner, labels, env),
            (K::ARRAY_EXPR, _) if labels.is_array => {
                let is_read_later = |element: &SyntaxNode| match element.kind() {
                    K::ARRAY_EXPR => self.is_read_later(element, labels, env),
                    _ => self.is_read_later(element, labels.element(), env),
                };
                elements(value).is_some_and(|elements| elements.iter().any(is_read_later))
            }
            _ => self.other_type(value, labels, env).is_some(),
        }
    }
}

/// What the server says of an expression that stands here and changes its results, if it says anything. What a `CASE` has in
/// it need not be there when it is looked at, and a query is refused for itself.
fn place(cast: &SyntaxNode) -> Option<&'static str> {
    use SyntaxKind as K;
    let mut is_predicate = false;
    for around in cast.ancestors().skip(1) {
        match around.kind() {
            K::CASE_EXPR if !is_kept(&around) => return None,
            kind if is_query(kind) => return None,
            K::WHERE_CLAUSE | K::WHERE_CONDITION_CLAUSE => is_predicate = true,
            K::CREATE_INDEX | K::EXCLUDE_CONSTRAINT if is_predicate => {
                return Some("functions in index predicate must be marked IMMUTABLE");
            }
            K::CREATE_INDEX | K::EXCLUDE_CONSTRAINT => {
                return Some("functions in index expression must be marked IMMUTABLE");
            }
            K::PARTITION_BY => {
                return Some("functions in partition key expression must be marked IMMUTABLE");
            }
            K::GENERATED_STORED => return Some("generation expression is not immutable"),
            _ => {}
        }
    }
    None
}

/// Whether no condition of a `CASE` is a constant as far as can be seen, so that the server leaves nothing out before it
/// looks at the expression (`eval_const_expressions_mutator` in `clauses.c`).
fn is_kept(case: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    let may_be_constant = |node: SyntaxNode| match node.kind() {
        K::LITERAL => matches!(literal(&node), Value::Null | Value::Bool(_)),
        K::BIN_EXPR => !has_column(&node),
        K::CALL_EXPR => &*function_name(&node) == "coalesce",
        _ => false,
    };
    let has_constant = |condition: &SyntaxNode| condition.descendants().any(may_be_constant);
    let whens = child(case, K::WHEN_CLAUSE_LIST);
    let whens = whens.map(|list| children(&list, K::WHEN_CLAUSE)).unwrap_or_default();
    let conditions: Vec<_> = whens.iter().filter_map(|it| child_that(it, is_expression)).collect();
    let varies = match child_that(case, is_expression) {
        Some(operand) => has_column(&operand) && !has_constant(&operand),
        None => conditions.iter().all(has_column),
    };
    varies && !conditions.iter().any(has_constant)
}

/// Whether the name of a column is in an expression.
fn has_column(expression: &SyntaxNode) -> bool {
    use SyntaxKind as K;
    let is_column = |node: SyntaxNode| {
        node.kind() == K::NAME_REF
            && node.parent().is_none_or(|parent| parent.kind() != K::CALL_EXPR)
            && !node.ancestors().any(|around| is_type(around.kind()))
    };
    expression.descendants().any(is_column)
}
