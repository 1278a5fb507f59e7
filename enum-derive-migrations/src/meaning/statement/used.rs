//! The columns that a query uses: those that it certainly does, and whether these are all.

use std::sync::Arc;

use super::executor::Executor;
use super::select_list::{Scope, Source};
use crate::catalog::{ColumnType, RelationId, Uses};
use crate::meaning::expression::Env;
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, descendants, function_name, has_token, is_query, is_type,
};

/// A column of a relation.
type Used = (RelationId, Arc<str>);

/// Functions of which a call depends on nothing but its arguments: none takes a constant that stands for a table or a
/// sequence, as `nextval` does.
const PLAIN_FUNCTIONS: [&str; 30] = [
    "abs",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "btrim",
    "coalesce",
    "concat",
    "count",
    "date_part",
    "date_trunc",
    "greatest",
    "json_agg",
    "json_build_object",
    "jsonb_agg",
    "jsonb_build_object",
    "least",
    "length",
    "lower",
    "max",
    "min",
    "now",
    "nullif",
    "rank",
    "replace",
    "round",
    "row_number",
    "string_agg",
    "sum",
    "upper",
];

impl Executor<'_> {
    /// Columns of relations that a query certainly uses. Columns that it names where a name may mean something else are
    /// not among them.
    pub(super) fn columns_used(&self, query: &SyntaxNode, env: &Env) -> Uses {
        use SyntaxKind as K;
        let mut uses = Uses::default();
        if query.kind() != K::SELECT || child(query, K::WITH_CLAUSE).is_some() {
            return uses;
        }
        let mut scope = Scope::default();
        let mut parts = Vec::new();
        if let Some(from) = child(query, K::FROM_CLAUSE) {
            for item in from.children() {
                self.add_sources(&item, &mut scope, env);
            }
            parts.extend(descendants(&from, K::ON_CLAUSE));
        }
        for clause in [K::SELECT_CLAUSE, K::WHERE_CLAUSE] {
            parts.extend(child(query, clause));
        }
        uses.are_all = self.is_plain_query(query, &scope);
        for part in parts {
            uses.are_all &= add_columns(&part, &scope, &mut uses.columns);
        }
        uses
    }

    /// Whether a query uses nothing but columns by their names, as `PostgreSQL` counts it (`pg_depend`).
    fn is_plain_query(&self, query: &SyntaxNode, scope: &Scope) -> bool {
        use SyntaxKind as K;
        let is_plain_source = |source: &Source| {
            let columns = source.relation.and(source.columns.as_ref());
            columns.is_some_and(|all| all.iter().all(|column| self.is_plain_type(&column.ty)))
        };
        // What an operator or a cast does, a function does that may use anything.
        if self.may_convert() || !scope.sources.iter().all(is_plain_source) {
            return false;
        }
        // What is joined by name uses columns that it does not name, or not as the others.
        if scope.sources.iter().any(|source| !source.merged.is_empty()) {
            return false;
        }
        query.descendants().all(|node| match node.parent().map(|parent| parent.kind()) {
            Some(K::SELECT) if node != *query => {
                matches!(node.kind(), K::SELECT_CLAUSE | K::FROM_CLAUSE | K::WHERE_CLAUSE)
            }
            Some(K::FROM_CLAUSE | K::JOIN_EXPR) => {
                matches!(node.kind(), K::RELATION_FROM_ITEM | K::JOIN_EXPR | K::JOIN)
            }
            Some(K::RELATION_FROM_ITEM) => {
                matches!(node.kind(), K::RELATION_NAME_REF | K::FROM_ALIAS)
            }
            _ => match node.kind() {
                K::CALL_EXPR => self.is_plain_call(&node),
                K::CAST_EXPR => self.is_plain_cast(&node),
                kind => node == *query || !is_query(kind),
            },
        })
    }

    fn is_plain_call(&self, call: &SyntaxNode) -> bool {
        let name = function_name(call);
        let is_its = |key: &crate::ground::Key| key.1 == name;
        PLAIN_FUNCTIONS.contains(&&*name)
            && !self.catalog().objects().any(|object| object.key.as_ref().is_some_and(is_its))
    }

    fn is_plain_cast(&self, cast: &SyntaxNode) -> bool {
        let ty = child_that(cast, is_type);
        ty.is_some_and(|ty| self.is_plain_type(&self.column_type_of(&ty)))
    }

    /// Whether a constant of a type is no more than a value: one of `regclass` and the like stands for what it names.
    fn is_plain_type(&self, ty: &ColumnType) -> bool {
        match ty {
            ColumnType::Own { .. } => self.labels_of(ty).is_some(),
            ColumnType::BuiltIn { ty, .. } => !ty.name.starts_with("reg"),
            ColumnType::Unknown => false,
        }
    }
}

/// Adds the columns that a part of a query, or an expression, names outside of queries in it, which have names of their
/// own. Whether these are all that it names there.
pub(super) fn add_columns(around: &SyntaxNode, scope: &Scope, used: &mut Vec<Used>) -> bool {
    if is_query(around.kind()) {
        return false;
    }
    let mut are_all = true;
    for node in around.descendants() {
        let mut inside = node.ancestors().take_while(|it| it != around);
        if inside.any(|it| is_query(it.kind())) {
            are_all = false;
            continue;
        }
        match columns_meant(&node, scope) {
            Some(columns) => used.extend(columns),
            None => are_all = false,
        }
    }
    are_all
}

/// The columns that a node names, which are none where it is no name; `None` if it is not clear which they are.
pub(super) fn columns_meant(node: &SyntaxNode, scope: &Scope) -> Option<Vec<Used>> {
    use SyntaxKind as K;
    let parent = node.parent().map(|parent| parent.kind());
    let is_called = parent == Some(K::CALL_EXPR);
    let (table, column) = match node.kind() {
        K::TARGET if has_token(node, K::STAR) => (None, None),
        K::NAME_REF if !is_called && parent != Some(K::FIELD_EXPR) => {
            (None, Some(name::identifier(node)))
        }
        K::FIELD_EXPR if !is_called => {
            let parts: Vec<_> = node.children().collect();
            match parts.as_slice() {
                // Elsewhere, it is the row as a whole.
                [table] if has_token(node, K::STAR) && parent == Some(K::TARGET) => {
                    (Some(name::identifier(table)), None)
                }
                [table, column] if table.kind() == K::NAME_REF && column.kind() == K::NAME_REF => {
                    (Some(name::identifier(table)), Some(name::identifier(column)))
                }
                _ => return None,
            }
        }
        _ => return Some(Vec::new()),
    };
    let mut found = Vec::new();
    let mut is_found = false;
    for source in &scope.sources {
        if table.as_ref().is_some_and(|table| *table != source.alias) {
            continue;
        }
        for there in source.columns.as_ref()? {
            if column.as_ref().is_none_or(|column| *column == there.name) {
                found.extend(source.relation.map(|id| (id, Arc::clone(&there.name))));
            }
        }
        is_found = true;
    }
    // One name of several columns is ambiguous.
    let is_clear = if column.is_none() { is_found } else { found.len() == 1 };
    is_clear.then_some(found)
}
