//! The columns of a query, as far as its text tells: those of tables that are known, and casts.

use std::sync::Arc;

use super::columns::is_system_column;
use super::executor::Executor;
use crate::catalog::{Column, ColumnType, RelationId};
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::text::name::{self, Path};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::output_name;
use crate::text::syntax::{
    child, child_that, children, descendants, has_token, is_expression, is_from_item, is_query,
    value_rows,
};

/// What a name in `FROM` stands for.
#[derive(Clone)]
pub(super) struct Source {
    pub alias: Arc<str>,
    /// The relation that it is, if it is one.
    pub relation: Option<RelationId>,
    /// `None` where they are not known.
    pub columns: Option<Vec<Column>>,
    /// The columns that are one with those of these names in another source (`JOIN … USING`, `NATURAL JOIN`).
    pub merged: Vec<Arc<str>>,
}

impl Source {
    pub(super) fn new(alias: impl Into<Arc<str>>, columns: Option<Vec<Column>>) -> Self {
        Self { alias: alias.into(), relation: None, columns, merged: Vec::new() }
    }
}

/// What is known around a query.
#[derive(Clone, Default)]
pub(super) struct Scope {
    /// What `WITH` defines.
    pub queries: Vec<Source>,
    pub sources: Vec<Source>,
}

impl Executor<'_> {
    /// The columns of a query; `None` where not even their number is known.
    pub(super) fn selected(&self, query: &SyntaxNode, env: &Env) -> Option<Vec<Column>> {
        let columns = self.query_columns(query, &Scope::default(), env)?;
        let at = env.origin.of(query);
        let column = |column: Column| {
            let mut new = Column::new(Arc::clone(&column.name), column.ty.clone(), at.clone());
            new.default = None;
            new
        };
        Some(columns.into_iter().map(column).collect())
    }

    /// The relations that a query names, without what `WITH` defines.
    pub(super) fn relations_read(&self, query: &SyntaxNode) -> Vec<RelationId> {
        use SyntaxKind as K;
        let defined: Vec<Arc<str>> = descendants(query, K::WITH_TABLE)
            .iter()
            .filter_map(|table| child(table, K::CTE_NAME))
            .map(|node| name::identifier(&node))
            .collect();
        let mut read = Vec::new();
        for node in query.descendants() {
            if !matches!(node.kind(), K::RELATION_FROM_ITEM | K::TABLE) {
                continue;
            }
            let Some(path) = relation_path(&node) else { continue };
            if path.schema.is_none() && defined.contains(&path.name) {
                continue;
            }
            if let Some(id) = self.catalog().find_relation(&path)
                && !read.contains(&id)
            {
                read.push(id);
            }
        }
        read
    }

    fn query_columns(&self, query: &SyntaxNode, outer: &Scope, env: &Env) -> Option<Vec<Column>> {
        use SyntaxKind as K;
        let mut scope = Scope { queries: outer.queries.clone(), sources: Vec::new() };
        if let Some(with) = child(query, K::WITH_CLAUSE) {
            for table in children(&with, K::WITH_TABLE) {
                self.define(&table, &mut scope, env);
            }
        }
        match query.kind() {
            K::PAREN_SELECT => self.query_columns(&child_that(query, is_query)?, &scope, env),
            K::COMPOUND_SELECT => {
                let operands: Vec<_> =
                    query.children().filter(|node| is_query(node.kind())).collect();
                let mut operands = operands.iter();
                let mut columns = self.query_columns(operands.next()?, &scope, env)?;
                for other in operands {
                    let others = self.query_columns(other, &scope, env);
                    for (index, column) in columns.iter_mut().enumerate() {
                        let ty = others.as_ref().and_then(|others| others.get(index));
                        if ty.is_none_or(|other| other.ty != column.ty) {
                            column.ty = ColumnType::Unknown;
                        }
                    }
                }
                Some(columns)
            }
            K::TABLE => {
                let path = relation_path(query)?;
                self.named_source(&path, &scope).columns
            }
            K::VALUES => {
                let mut values = Vec::new();
                for row in value_rows(query) {
                    values.push(row.children().collect::<Vec<_>>());
                }
                let column = |index: usize| {
                    let values: Vec<_> = values.iter().filter_map(|row| row.get(index)).collect();
                    let name = format!("column{}", index + 1).into();
                    let ty = self.common_type_of(values, &scope);
                    Column::new(name, ty, env.origin.of(query))
                };
                Some((0..values.first()?.len()).map(column).collect())
            }
            K::SELECT | K::SELECT_INTO => {
                if let Some(from) = child(query, K::FROM_CLAUSE) {
                    for item in from.children() {
                        self.add_sources(&item, &mut scope, env);
                    }
                }
                let list = child(query, K::SELECT_CLAUSE)
                    .and_then(|clause| child(&clause, K::TARGET_LIST));
                let mut columns = Vec::new();
                for target in list.iter().flat_map(|list| children(list, K::TARGET)) {
                    self.add_target(&target, &scope, &mut columns, env)?;
                }
                Some(columns)
            }
            _ => None,
        }
    }

    /// A column that a list names must be in one of the tables, if all of their columns are known.
    pub(super) fn check_items(&self, query: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        if !matches!(query.kind(), K::SELECT | K::SELECT_INTO) {
            return Ok(());
        }
        let mut scope = Scope::default();
        if let Some(from) = child(query, K::FROM_CLAUSE) {
            for item in from.children() {
                self.add_sources(&item, &mut scope, env);
            }
        }
        let list = child(query, K::SELECT_CLAUSE).and_then(|clause| child(&clause, K::TARGET_LIST));
        for target in list.iter().flat_map(|list| children(list, K::TARGET)) {
            let Some(item) = child_that(&target, is_expression) else { continue };
            let names: Vec<_> = match item.kind() {
                K::NAME_REF => vec![name::identifier(&item)],
                K::FIELD_EXPR if !has_token(&item, K::STAR) => {
                    item.children().map(|part| name::identifier(&part)).collect()
                }
                _ => continue,
            };
            let (table, column) = match names.as_slice() {
                [column] => (None, column),
                [table, column] => (Some(table), column),
                _ => continue,
            };
            let has = |source: &Source| {
                let lacks = |all: &Vec<Column>| !all.iter().any(|there| there.name == *column);
                let is_meant = table.is_none_or(|table| source.alias == *table);
                is_meant && (source.alias == *column || !source.columns.as_ref().is_some_and(lacks))
            };
            let is_there =
                |table: &Arc<str>| scope.sources.iter().any(|source| source.alias == *table);
            // `t.f` may be `f(t)`.
            let may_be_call = table.is_some()
                && (pg_enum_core::is_built_in_type(column)
                    || self
                        .catalog()
                        .objects()
                        .any(|object| object.key.as_ref().is_some_and(|key| key.1 == *column)));
            if scope.sources.is_empty()
                || is_system_column(column)
                || may_be_call
                || table.is_some_and(|table| !is_there(table))
                || scope.sources.iter().any(has)
            {
                continue;
            }
            let missing = Refusal::new("42703", format!("column \"{column}\" does not exist"));
            return Err(missing.about_anything().at(&env.origin.of(&item)));
        }
        Ok(())
    }

    /// A query of a `WITH`.
    pub(super) fn define(&self, table: &SyntaxNode, scope: &mut Scope, env: &Env) {
        use SyntaxKind as K;
        let Some(alias) = child(table, K::CTE_NAME).map(|node| name::identifier(&node)) else {
            return;
        };
        // What it is in terms of itself is not known.
        scope.queries.push(Source::new(Arc::clone(&alias), None));
        let query = child_that(table, is_query);
        let mut columns = query.and_then(|query| self.query_columns(&query, scope, env));
        rename(&mut columns, &column_names(child(table, K::COLUMN_LIST).as_ref()));
        scope.queries.pop();
        scope.queries.push(Source::new(alias, columns));
    }

    pub(super) fn add_sources(&self, item: &SyntaxNode, scope: &mut Scope, env: &Env) {
        use SyntaxKind as K;
        if matches!(item.kind(), K::JOIN_EXPR | K::JOIN) {
            let before = scope.sources.len();
            for part in item.children() {
                self.add_sources(&part, scope, env);
            }
            if item.kind() == K::JOIN {
                // What it is joined to comes before it.
                let (left, right) = scope.sources.split_at_mut(before);
                merge_columns(item, left, right);
            }
            return;
        }
        let from_alias = child(item, K::FROM_ALIAS);
        let alias = from_alias
            .as_ref()
            .and_then(|alias| child(alias, K::TABLE_ALIAS))
            .map(|node| name::identifier(&node));
        let mut source = match item.kind() {
            K::RELATION_FROM_ITEM => match relation_path(item) {
                Some(path) => self.named_source(&path, scope),
                None => return,
            },
            K::PAREN_FROM_ITEM => {
                let query = child_that(item, is_query);
                let columns = query.and_then(|query| self.query_columns(&query, scope, env));
                Source::new("", columns)
            }
            kind if is_from_item(kind) => Source::new("", None),
            _ => return,
        };
        if let Some(alias) = alias {
            source.alias = alias;
        }
        let names = column_names(from_alias.as_ref());
        rename(&mut source.columns, &names);
        // Its columns have other names than the relation's.
        source.relation = source.relation.filter(|_| names.is_empty());
        scope.sources.push(source);
    }

    pub(super) fn named_source(&self, path: &Path, scope: &Scope) -> Source {
        let alias = Arc::clone(&path.name);
        if path.schema.is_none()
            && let Some(query) = scope.queries.iter().rev().find(|query| query.alias == path.name)
        {
            return query.clone();
        }
        let id = self.catalog().find_relation(path);
        let relation = id.and_then(|id| self.catalog().relation(id));
        let is_known = relation.is_some_and(|relation| relation.shape.unknown.is_none());
        let columns = relation.filter(|_| is_known && !self.is_in_doubt(path));
        let columns = columns.map(|relation| relation.columns.clone());
        Source { relation: id, ..Source::new(alias, columns) }
    }

    /// Adds the columns of one item of the select list. `None` if it is not known how many there are.
    fn add_target(
        &self,
        target: &SyntaxNode,
        scope: &Scope,
        columns: &mut Vec<Column>,
        env: &Env,
    ) -> Option<()> {
        use SyntaxKind as K;
        let expression = child_that(target, is_expression);
        let star_of = match &expression {
            None if has_token(target, K::STAR) => Some(None),
            Some(field) if field.kind() == K::FIELD_EXPR && has_token(field, K::STAR) => {
                let table = field.children().next();
                Some(Some(name::identifier(&table?)))
            }
            _ => None,
        };
        if let Some(alias) = star_of {
            // What is merged comes first, once.
            if alias.is_none() && scope.sources.iter().any(|source| !source.merged.is_empty()) {
                return None;
            }
            let mut any = false;
            for source in &scope.sources {
                if alias.as_ref().is_none_or(|alias| *alias == source.alias) {
                    columns.extend(source.columns.clone()?);
                    any = true;
                }
            }
            return any.then_some(());
        }
        let expression = expression?;
        let name = output_name::of_target(target)?;
        let ty = self.expression_type(&expression, scope);
        columns.push(Column::new(name, ty, env.origin.of(target)));
        Some(())
    }
}

/// Notes which columns of what is joined are one with others (`transformFromClauseItem` in `parse_clause.c`).
fn merge_columns(join: &SyntaxNode, left: &mut [Source], right: &mut [Source]) {
    use SyntaxKind as K;
    let using = join.children().find(|node| node.kind() == K::JOIN_USING_CLAUSE);
    let is_natural = has_token(join, K::NATURAL_KW);
    if using.is_none() && !is_natural {
        return;
    }
    let has = |sources: &[Source], name: &Arc<str>| {
        let columns = sources.iter().filter_map(|source| source.columns.as_ref());
        columns.flatten().any(|column| column.name == *name)
    };
    let mut merged = Vec::new();
    if let Some(using) = using {
        merged.extend(descendants(&using, K::COLUMN_NAME_REF).iter().map(name::identifier));
    } else {
        for column in left.iter().filter_map(|source| source.columns.as_ref()).flatten() {
            if has(right, &column.name) && !merged.contains(&column.name) {
                merged.push(Arc::clone(&column.name));
            }
        }
    }
    let is_clear = !merged.is_empty()
        && left.iter().chain(right.iter()).all(|source| source.columns.is_some())
        && merged.iter().all(|name| has(left, name) && has(right, name));
    for source in left.iter_mut().chain(right) {
        if is_clear {
            source.merged.extend(merged.iter().cloned());
        } else {
            source.columns = None;
        }
    }
}

pub(super) fn relation_path(item: &SyntaxNode) -> Option<Path> {
    let is_path =
        |node: &SyntaxNode| matches!(node.kind(), SyntaxKind::PATH_REF | SyntaxKind::PATH);
    item.descendants().find(is_path).and_then(|node| Path::of(&node))
}

fn column_names(list: Option<&SyntaxNode>) -> Vec<Arc<str>> {
    let names = list.map(|list| descendants(list, SyntaxKind::COLUMN_NAME)).unwrap_or_default();
    names.iter().map(name::identifier).collect()
}

fn rename(columns: &mut Option<Vec<Column>>, names: &[Arc<str>]) {
    for (column, name) in columns.iter_mut().flatten().zip(names) {
        column.name = Arc::clone(name);
    }
}
