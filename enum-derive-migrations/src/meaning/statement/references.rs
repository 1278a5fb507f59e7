//! What expressions refer to: columns, constants that are compared with them, and types.

use std::sync::Arc;

use super::compared::operand_of_any;
use super::executor::Executor;
use super::select_list::{Scope, Source};
use super::used::{add_columns, columns_meant};
use crate::catalog::{Column, ColumnType, DependentKind, References, RelationId, TypeKind};
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::name::has_hole;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    COMPARISONS, child, child_that, children_that, descendants_that, function_name, is_expression,
    is_type,
};

/// Functions over text, of which there are none over enums.
pub(super) const OF_TEXT: [&str; 6] =
    ["lower", "upper", "length", "char_length", "btrim", "initcap"];

impl Executor<'_> {
    /// The columns of one table under these names, with or without which they may be used.
    pub(super) fn scope_of(&self, table: RelationId, aliases: &[&str]) -> Scope {
        let relation = self.catalog().relation(table).filter(|_| self.holds(table));
        let columns = relation.map(|relation| relation.columns.clone());
        let source =
            |alias: &&str| Source { relation: Some(table), ..Source::new(*alias, columns.clone()) };
        Scope { queries: Vec::new(), sources: aliases.iter().map(source).collect() }
    }

    /// What an expression refers to, in which these columns may be named.
    pub(super) fn references(&self, expression: &SyntaxNode, scope: &Scope) -> References {
        use SyntaxKind as K;
        let mut references = References::default();
        add_columns(expression, scope, &mut references.columns);
        for node in expression.descendants() {
            match node.kind() {
                K::BIN_EXPR | K::BETWEEN_EXPR => self.add_comparison(&node, scope, &mut references),
                K::CASE_EXPR => self.add_case(&node, scope, &mut references),
                K::CALL_EXPR => add_call(&node, scope, &mut references),
                _ => {}
            }
        }
        references.types = self.types_named(expression);
        references
    }

    /// The folder's types that constants and casts in an expression or a query are of.
    pub(super) fn types_named(&self, node: &SyntaxNode) -> Vec<crate::ground::TypeId> {
        let mut types = Vec::new();
        for ty in descendants_that(node, is_type) {
            types.extend(self.own_type(&ty));
        }
        types.dedup();
        types
    }

    /// `column = 'ok'` and the like.
    fn add_comparison(&self, node: &SyntaxNode, scope: &Scope, references: &mut References) {
        use SyntaxKind as K;
        let operands = children_that(node, is_expression);
        let is_between = node.kind() == K::BETWEEN_EXPR;
        // `OPERATOR(pg_catalog.=)`
        let operator = child(node, K::OPERATOR_CALL);
        let is_comparison = |kind| COMPARISONS.contains(&kind) || kind == K::LIKE_KW;
        let is_compared = match &operator {
            Some(it) => it.descendants_with_tokens().any(|it| is_comparison(it.kind())),
            None => node.children_with_tokens().any(|it| is_comparison(it.kind())),
        };
        if !is_between && !is_compared {
            return;
        }
        let [left, right, ..] = operands.as_slice() else { return };
        self.add_constant(left, right, scope, references);
        if !is_between {
            self.add_constant(right, left, scope, references);
        }
    }

    /// `CASE column WHEN 'ok' THEN …`
    fn add_case(&self, node: &SyntaxNode, scope: &Scope, references: &mut References) {
        let Some(subject) = child_that(node, is_expression) else { return };
        let when = node.descendants().find(|it| it.kind() == SyntaxKind::WHEN_CLAUSE);
        if let Some(value) = when.and_then(|when| child_that(&when, is_expression)) {
            self.add_constant(&subject, &value, scope, references);
        }
    }

    /// A column and what may be a constant, which the server gives the column's type.
    fn add_constant(
        &self,
        column: &SyntaxNode,
        value: &SyntaxNode,
        scope: &Scope,
        references: &mut References,
    ) {
        // `'ok' = ANY (column)` compares with the elements.
        if let Some(array) = operand_of_any(column)
            && let Some((table, column)) = column_of(&array, scope)
            && matches!(column.ty, ColumnType::Own { is_array: true, .. })
            && matches!(literal(value), Value::Text(_))
        {
            references.compared.push((table, Arc::clone(&column.name), column.ty.clone()));
            return;
        }
        let Some((table, column)) = column_of(column, scope) else { return };
        let Some(cast) = self.constant_type(value, &column.ty) else { return };
        references.compared.push((table, Arc::clone(&column.name), cast));
    }

    /// The type of a constant that is compared with a column of a type.
    fn constant_type(&self, value: &SyntaxNode, column: &ColumnType) -> Option<ColumnType> {
        use SyntaxKind as K;
        let element = || match column {
            ColumnType::Own { id, .. } => {
                let is_enum =
                    self.catalog().ty(*id).is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
                is_enum.then(|| column.clone())
            }
            ty if ty.is_text() => Some(ty.clone()),
            _ => None,
        };
        match value.kind() {
            K::LITERAL => match literal(value) {
                Value::Text(text) if !has_hole(&text) => element(),
                _ => None,
            },
            K::PAREN_EXPR | K::TUPLE_EXPR => {
                let first = child_that(value, is_expression)?;
                self.constant_type(&first, column)
            }
            K::CAST_EXPR => {
                let inner = child_that(value, is_expression)?;
                let ty = child_that(value, is_type)?;
                let is_constant = matches!(inner.kind(), K::LITERAL | K::ARRAY_EXPR);
                let ty = self.column_type_of(&ty);
                (is_constant && ty.own() == column.own() && ty.own().is_some()).then_some(ty)
            }
            // `= ANY (…)`
            K::CALL_EXPR => {
                let array = operand_of_any(value)?;
                match array.kind() {
                    K::ARRAY_EXPR => {
                        self.constant_type(&child_that(&array, is_expression)?, column)
                    }
                    K::CAST_EXPR => {
                        self.constant_type(&array, column)?;
                        element()
                    }
                    K::LITERAL => element(),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether an expression with such a constant cannot be made anew over a column that has got another type: no
    /// operator takes both, or a conversion is not immutable, and what the server says then.
    pub(super) fn outlives(
        &self,
        kind: DependentKind,
        constant: &ColumnType,
        column: &ColumnType,
    ) -> Option<(&'static str, String)> {
        let name = |ty: &ColumnType| match ty {
            ColumnType::Own { id, is_array } => {
                let name = self.catalog().ty(*id).map_or("", |ty| &ty.key.1);
                format!("{name}{}", if *is_array { "[]" } else { "" })
            }
            ColumnType::BuiltIn { ty, .. } => ty.without_modifiers().to_string(),
            ColumnType::Unknown => String::new(),
        };
        let is_enum = |ty: &ColumnType| {
            ty.own()
                .and_then(|id| self.catalog().ty(id))
                .is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)))
        };
        let is_plain = |ty: &ColumnType| matches!(ty, ColumnType::BuiltIn { is_array: false, .. });
        match constant {
            ColumnType::Own { .. }
                if constant != column && (is_enum(column) || is_plain(column)) =>
            {
                let message =
                    format!("operator does not exist: {} = {}", name(column), name(constant));
                Some(("42883", message))
            }
            ColumnType::BuiltIn { ty, .. } if is_enum(column) => match ty.name {
                "text" => {
                    let message = format!("operator does not exist: {} = text", name(column));
                    Some(("42883", message))
                }
                // The column was converted to text for the comparison, and so is the new one.
                "varchar" if kind == DependentKind::Index => {
                    let message = "functions in index expression must be marked IMMUTABLE";
                    Some(("42P17", message.to_owned()))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// `lower(column)` and the like.
fn add_call(node: &SyntaxNode, scope: &Scope, references: &mut References) {
    if !OF_TEXT.contains(&&*function_name(node)) {
        return;
    }
    let argument = node.descendants().find(|it| it.kind() == SyntaxKind::ARG);
    let argument = argument.and_then(|it| child_that(&it, is_expression));
    if let Some((table, column)) = argument.and_then(|it| column_of(&it, scope))
        && column.ty.is_text()
    {
        references.compared.push((table, Arc::clone(&column.name), column.ty.clone()));
    }
}

/// The column that an expression is.
fn column_of(node: &SyntaxNode, scope: &Scope) -> Option<(RelationId, Column)> {
    if node.kind() == SyntaxKind::PAREN_EXPR {
        return column_of(&child_that(node, is_expression)?, scope);
    }
    let used = columns_meant(node, scope)?;
    let [(table, name)] = used.as_slice() else { return None };
    let mut sources = scope.sources.iter();
    let source = sources.find(|source| source.relation == Some(*table))?;
    let column = source.columns.as_ref()?.iter().find(|column| column.name == *name)?;
    Some((*table, column.clone()))
}
