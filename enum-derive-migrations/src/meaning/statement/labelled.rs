//! Which expressions have labels as values, or are certainly of another type.

use std::sync::Arc;

use super::executor::Executor;
use crate::catalog::{ColumnType, TypeKind};
use crate::ground::TypeId;
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, children, children_that, function_name, has_token, is_expression, is_query,
    is_type,
};

/// Functions that return `text`, whatever their arguments are.
const TEXT_FUNCTIONS: [&str; 15] = [
    "concat",
    "concat_ws",
    "format",
    "initcap",
    "lpad",
    "md5",
    "quote_ident",
    "quote_literal",
    "quote_nullable",
    "regexp_replace",
    "replace",
    "rpad",
    "split_part",
    "to_char",
    "translate",
];

/// What is written as a label: a value of an enum, or an array of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Labelled {
    pub ty: TypeId,
    pub is_array: bool,
}

impl Labelled {
    pub(super) fn element(self) -> Self {
        Self { is_array: false, ..self }
    }

    pub(super) fn array(self) -> Self {
        Self { is_array: true, ..self }
    }
}

impl Executor<'_> {
    /// What a type's values are, if they are labels.
    pub(super) fn labels_of(&self, ty: &ColumnType) -> Option<Labelled> {
        let ColumnType::Own { id, is_array } = *ty else { return None };
        let is_enum = matches!(self.catalog().ty(id)?.kind, TypeKind::Enum(_));
        is_enum.then_some(Labelled { ty: id, is_array })
    }

    /// Likewise, of what a literal becomes that is given to a column or cast: a domain takes what the type under it does.
    pub(super) fn labels_taken_by(&self, ty: &ColumnType) -> Option<Labelled> {
        let mut ty = ty.clone();
        while let ColumnType::Own { id, is_array: false } = ty
            && let there = self.catalog().ty(id)?
            && matches!(there.kind, TypeKind::Other("domain", _))
        {
            ty = there.base.clone();
        }
        self.labels_of(&ty)
    }

    pub(super) fn labelled_type(&self, ty: &SyntaxNode) -> Option<Labelled> {
        self.labels_taken_by(&self.column_type_of(ty))
    }

    /// What an expression's values are, if it is evident that they are labels.
    pub(super) fn labelled(&self, expression: &SyntaxNode, env: &Env) -> Option<Labelled> {
        use SyntaxKind as K;
        let array = |node: &SyntaxNode| self.labelled(node, env).filter(|ty| ty.is_array);
        match expression.kind() {
            K::PAREN_EXPR => self.labelled(&inner(expression)?, env),
            K::NAME_REF | K::FIELD_EXPR | K::LITERAL => {
                self.labels_of(&self.column_meant(expression, env)?)
            }
            // A value of a domain is compared as one.
            K::CAST_EXPR => {
                let ty = child_that(expression, is_type)?;
                self.labels_of(&self.column_type_of(&ty))
            }
            K::INDEX_EXPR => array(&expression.first_child()?).map(Labelled::element),
            K::ARRAY_EXPR => {
                let element = self.first_labelled(&elements(expression)?, env)?;
                (!element.is_array).then(|| element.array())
            }
            K::CASE_EXPR => self.first_labelled(&results(expression), env),
            K::BIN_EXPR if operator(expression).as_deref() == Some("||") => {
                children_that(expression, is_expression).iter().find_map(array)
            }
            K::CALL_EXPR => {
                let arguments = self.arguments_of_built_in(expression)?;
                let first = || self.labelled(arguments.first()?, env);
                match &*function_name(expression) {
                    "coalesce" | "greatest" | "least" => self.first_labelled(&arguments, env),
                    "nullif" | "max" | "min" | "enum_first" | "enum_last" | "lag" | "lead"
                    | "first_value" | "last_value" => first(),
                    "enum_range" => self.first_labelled(&arguments, env).map(Labelled::array),
                    "array_append" | "array_remove" | "array_replace" | "array_cat" => {
                        first().filter(|ty| ty.is_array)
                    }
                    "array_prepend" => array(arguments.get(1)?),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn first_labelled(&self, expressions: &[SyntaxNode], env: &Env) -> Option<Labelled> {
        expressions.iter().find_map(|expression| self.labelled(expression, env))
    }

    /// The arguments of a call of one of `PostgreSQL`'s own functions, unless they are named or the folder has a function
    /// of that name.
    pub(super) fn arguments_of_built_in(&self, call: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
        use SyntaxKind as K;
        let callee = call.first_child()?;
        if callee.kind() == K::FIELD_EXPR
            && name::identifier(&callee.first_child()?).as_ref() != "pg_catalog"
        {
            return None;
        }
        let name = function_name(call);
        let mut objects = self.catalog().objects();
        if objects.any(|object| object.key.as_ref().is_some_and(|key| key.1 == name)) {
            return None;
        }
        let list = child(call, K::ARG_LIST)?;
        children(&list, K::ARG).iter().map(|it| child_that(it, is_expression)).collect()
    }

    /// The name of an expression's type, if it is evident that it is another one than an enum: no cast makes a value of
    /// it one by itself, unless somebody creates that (`PostgreSQL` manual, `CREATE CAST`).
    pub(super) fn other_type(
        &self,
        expression: &SyntaxNode,
        labels: Labelled,
        env: &Env,
    ) -> Option<String> {
        use SyntaxKind as K;
        if self.may_convert() {
            return None;
        }
        // Literals alone are texts, where they are not given to something of another type at once.
        let text = |all: &[SyntaxNode], array: &str| are_texts(all).then(|| format!("text{array}"));
        match expression.kind() {
            K::PAREN_EXPR => {
                let inner = inner(expression)?;
                let is_query = child_that(expression, is_query).is_some();
                match inner.kind() {
                    K::LITERAL if is_query => text(&[inner], ""),
                    _ => self.other_type(&inner, labels, env),
                }
            }
            K::NAME_REF | K::FIELD_EXPR | K::LITERAL => {
                self.name_of_other(&self.column_meant(expression, env)?, labels)
            }
            K::CAST_EXPR => {
                let ty = child_that(expression, is_type)?;
                self.name_of_other(&self.column_type_of(&ty), labels)
            }
            K::CASE_EXPR => self.common_type(&results(expression), labels, env),
            K::ARRAY_EXPR => text(&elements(expression)?, "[]"),
            K::CALL_EXPR => {
                let arguments = self.arguments_of_built_in(expression)?;
                match &*function_name(expression) {
                    "coalesce" | "greatest" | "least" => self.common_type(&arguments, labels, env),
                    "nullif" | "max" | "min" => self.other_type(arguments.first()?, labels, env),
                    // Of a range, it is a value that is in it.
                    "lower" | "upper" => {
                        let of = self.other_type(arguments.first()?, labels, env)?;
                        matches!(&*of, "text" | "character varying").then(|| "text".to_owned())
                    }
                    name if TEXT_FUNCTIONS.contains(&name) => Some("text".to_owned()),
                    _ => None,
                }
            }
            K::BIN_EXPR if operator(expression).as_deref() == Some("||") => {
                let is_text =
                    |it: &SyntaxNode| self.other_type(it, labels, env).as_deref() == Some("text");
                children_that(expression, is_expression)
                    .iter()
                    .any(is_text)
                    .then(|| "text".to_owned())
            }
            _ => None,
        }
    }

    /// The type that expressions are brought to, if it is evident: that of those that are no literals, which is `text` if
    /// there are no others (`PostgreSQL` manual, 10.5).
    fn common_type(
        &self,
        expressions: &[SyntaxNode],
        labels: Labelled,
        env: &Env,
    ) -> Option<String> {
        if are_texts(expressions) {
            return Some("text".to_owned());
        }
        let mut common = None;
        for expression in expressions.iter().filter(|it| it.kind() != SyntaxKind::LITERAL) {
            let ty = self.other_type(expression, labels, env)?;
            if *common.get_or_insert_with(|| ty.clone()) != ty {
                return None;
            }
        }
        common
    }

    fn name_of_other(&self, ty: &ColumnType, labels: Labelled) -> Option<String> {
        match ty {
            ColumnType::BuiltIn { ty, is_array } => {
                Some(format!("{}{}", ty.without_modifiers(), if *is_array { "[]" } else { "" }))
            }
            ColumnType::Own { .. } => {
                let other = self.labels_of(ty).filter(|other| *other != labels)?;
                Some(self.name_of_labels(other))
            }
            ColumnType::Unknown => None,
        }
    }

    /// What messages call their type.
    pub(super) fn name_of_labels(&self, labels: Labelled) -> String {
        let name = self.catalog().ty(labels.ty).map_or("", |ty| &ty.key.1);
        format!("{name}{}", if labels.is_array { "[]" } else { "" })
    }
}

/// What is in parentheses: an expression, or the only item of a query.
fn inner(parentheses: &SyntaxNode) -> Option<SyntaxNode> {
    match child_that(parentheses, is_query) {
        Some(query) => only_item(&query),
        None => child_that(parentheses, is_expression),
    }
}

/// The only item in the list of a query.
pub(super) fn only_item(query: &SyntaxNode) -> Option<SyntaxNode> {
    match items(query)?.as_slice() {
        [item] => Some(item.clone()),
        _ => None,
    }
}

/// The items in the list of a query, if it is not known to have others than these.
pub(super) fn items(query: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    use SyntaxKind as K;
    if query.kind() != K::SELECT {
        return None;
    }
    let list = child(query, K::SELECT_CLAUSE).and_then(|it| child(&it, K::TARGET_LIST))?;
    let item = |target: &SyntaxNode| {
        let item = child_that(target, is_expression)?;
        (!has_token(&item, K::STAR) || item.kind() != K::FIELD_EXPR).then_some(item)
    };
    children(&list, K::TARGET).iter().map(item).collect()
}

/// The results of `CASE`.
pub(super) fn results(case: &SyntaxNode) -> Vec<SyntaxNode> {
    use SyntaxKind as K;
    let mut results = Vec::new();
    for clause in case.children() {
        match clause.kind() {
            K::WHEN_CLAUSE_LIST => {
                for when in children(&clause, K::WHEN_CLAUSE) {
                    results.extend(children_that(&when, is_expression).pop());
                }
            }
            K::ELSE_CLAUSE => results.extend(child_that(&clause, is_expression)),
            _ => {}
        }
    }
    results
}

/// The elements of an array that is not that of a query.
pub(super) fn elements(array: &SyntaxNode) -> Option<Vec<SyntaxNode>> {
    child_that(array, is_query).is_none().then(|| children_that(array, is_expression))
}

/// An operator that is none of the keywords and comparisons.
pub(super) fn operator(node: &SyntaxNode) -> Option<Arc<str>> {
    let operator = child(node, SyntaxKind::CUSTOM_OP)?;
    let text = operator.text().to_string();
    Some(text.split_whitespace().collect::<String>().into())
}

/// Whether there are texts among literals, and nothing else but nulls.
pub(super) fn are_texts(expressions: &[SyntaxNode]) -> bool {
    let is_text = |it: &SyntaxNode| matches!(literal(it), Value::Text(_));
    let is_null = |it: &SyntaxNode| matches!(literal(it), Value::Null);
    expressions.iter().any(is_text) && expressions.iter().all(|it| is_text(it) || is_null(it))
}

/// Whether a query's columns are of types of their own, so that a literal among them is a text. `DISTINCT ON` settles only
/// what stands in it.
pub(super) fn settles_types(query: &SyntaxNode) -> bool {
    let clause = child(query, SyntaxKind::SELECT_CLAUSE);
    let distinct = clause.and_then(|clause| child(&clause, SyntaxKind::DISTINCT_CLAUSE));
    distinct.is_some_and(|distinct| child(&distinct, SyntaxKind::DISTINCT_ON).is_none())
}
