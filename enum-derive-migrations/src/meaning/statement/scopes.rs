//! What the names in an expression mean, from where it stands.

use std::sync::Arc;

use super::executor::Executor;
use super::select_list::{Scope, Source};
use crate::catalog::{Column, ColumnType};
use crate::meaning::expression::Env;
use crate::text::name::{self, Path};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child, child_that, children, has_token, is_expression, is_type};

impl Executor<'_> {
    /// The type of the column that an expression is; `None` if it is none, or that is not clear.
    pub(super) fn column_meant(&self, expression: &SyntaxNode, env: &Env) -> Option<ColumnType> {
        use SyntaxKind as K;
        if expression.kind() == K::PAREN_EXPR {
            return self.column_meant(&child_that(expression, is_expression)?, env);
        }
        if expression.kind() == K::LITERAL {
            return env.parameter_numbered(expression.text().to_string().trim()).cloned();
        }
        let parts: Vec<_> = expression.children().collect();
        let (table, column) = match expression.kind() {
            K::NAME_REF => (None, name::identifier(expression)),
            K::FIELD_EXPR if !has_token(expression, K::STAR) => match parts.as_slice() {
                [table, column] if table.kind() == K::NAME_REF && column.kind() == K::NAME_REF => {
                    (Some(name::identifier(table)), name::identifier(column))
                }
                _ => return None,
            },
            _ => return None,
        };
        // A variable of that name is meant, or it is not clear which of the two is.
        if table.is_none() && env.variable(&column).is_some() {
            return None;
        }
        let mut inner = expression.clone();
        for around in expression.ancestors().skip(1) {
            if let Some(scope) = self.scope_at(&around, &inner, env) {
                match find(&scope?, table.as_ref(), &column) {
                    Found::Column(ty) => return Some(ty),
                    // Only where all columns are known, it is known to be none of them.
                    Found::Nothing if self.catalog().follows_tables => {}
                    Found::Nothing | Found::Unclear => return None,
                }
            }
            inner = around;
        }
        env.parameter(table.as_ref(), &column).cloned()
    }

    /// What may be named in a part of a statement because of that statement. `None` if it lets nothing be named, and
    /// `Some(None)` if that is not known.
    #[expect(
        clippy::option_option,
        reason = "one says whether there are names, the other whether they are known"
    )]
    fn scope_at(&self, around: &SyntaxNode, part: &SyntaxNode, env: &Env) -> Option<Option<Scope>> {
        use SyntaxKind as K;
        let mut scope = Scope::default();
        match around.kind() {
            K::SELECT | K::SELECT_INTO => {
                self.define_all(around, &mut scope, env);
                self.add_clause(child(around, K::FROM_CLAUSE).as_ref(), &mut scope, env);
            }
            K::UPDATE | K::DELETE => {
                self.define_all(around, &mut scope, env);
                scope.sources.push(self.target_of(around)?);
                self.add_clause(child(around, K::FROM_CLAUSE).as_ref(), &mut scope, env);
                self.add_clause(child(around, K::USING_CLAUSE).as_ref(), &mut scope, env);
            }
            K::INSERT => match part.kind() {
                K::ON_CONFLICT_CLAUSE => {
                    let target = self.target_of(around)?;
                    scope.sources.push(Source { alias: "excluded".into(), ..target.clone() });
                    scope.sources.push(target);
                }
                K::RETURNING_CLAUSE => scope.sources.push(self.target_of(around)?),
                _ => return None,
            },
            K::MERGE => {
                let target = self.source_in(around, K::TABLE_RELATION_NAME, K::RELATION_NAME)?;
                scope.sources.push(with_alias(target, around));
                self.add_clause(child(around, K::USING_ON_CLAUSE).as_ref(), &mut scope, env);
            }
            K::CREATE_INDEX | K::CREATE_STATISTICS => {
                scope.sources.push(self.source_in(
                    around,
                    K::TABLE_RELATION_NAME,
                    K::FROM_TABLE,
                )?);
            }
            K::CREATE_POLICY | K::ALTER_POLICY => {
                scope.sources.push(self.source_in(around, K::ON_TABLE, K::ON_TABLE)?);
            }
            K::ALTER_TABLE => {
                scope.sources.push(self.source_in(
                    around,
                    K::TABLE_RELATION_NAME,
                    K::TABLE_NAME,
                )?);
            }
            K::CREATE_TABLE => {
                scope.sources.push(self.source_in(around, K::TABLE_NAME, K::TABLE_NAME)?);
            }
            K::CREATE_TRIGGER | K::CREATE_RULE => {
                let table = self.source_in(around, K::ON_RELATION, K::RULE_ON)?;
                for row in ["new", "old"] {
                    scope.sources.push(Source { alias: row.into(), ..table.clone() });
                }
            }
            K::CREATE_DOMAIN | K::ALTER_DOMAIN => {
                let ty = self.base_of_domain(around)?;
                let value = Column::new("value".into(), ty, env.origin.of(around));
                scope.sources.push(Source::new("", Some(vec![value])));
            }
            _ => return None,
        }
        Some(Some(scope))
    }

    /// The type that a domain is over that a statement makes or alters.
    pub(super) fn base_of_domain(&self, statement: &SyntaxNode) -> Option<ColumnType> {
        if let Some(ty) = child_that(statement, is_type) {
            return Some(self.column_type_of(&ty));
        }
        let path = child(statement, SyntaxKind::DOMAIN_REF).and_then(|name| Path::of(&name))?;
        let id = self.catalog().find(&path).filter(|_| !self.is_in_doubt(&path))?;
        Some(self.catalog().ty(id)?.base.clone())
    }

    fn add_clause(&self, clause: Option<&SyntaxNode>, scope: &mut Scope, env: &Env) {
        for item in clause.into_iter().flat_map(SyntaxNode::children) {
            self.add_sources(&item, scope, env);
        }
    }

    /// What `WITH` defines around a query, or before it in the same `WITH`.
    fn define_all(&self, query: &SyntaxNode, scope: &mut Scope, env: &Env) {
        use SyntaxKind as K;
        let mut around: Vec<SyntaxNode> = query.ancestors().collect();
        around.reverse();
        for statement in around {
            let Some(with) = child(&statement, K::WITH_CLAUSE) else { continue };
            for table in children(&with, K::WITH_TABLE) {
                let range = table.text_range();
                if range.contains_range(query.text_range()) {
                    // By its own name, it means itself, if it is recursive.
                    if let Some(name) = child(&table, K::CTE_NAME) {
                        let alias = name::identifier(&name);
                        scope.queries.push(Source::new(alias, None));
                    }
                    break;
                }
                self.define(&table, scope, env);
            }
        }
    }

    /// The table that a statement writes to.
    fn target_of(&self, statement: &SyntaxNode) -> Option<Source> {
        use SyntaxKind as K;
        let source = self.source_in(statement, K::RELATION_NAME, K::RELATION_NAME_REF)?;
        Some(with_alias(source, statement))
    }

    /// The table that is named in a child of one of two kinds.
    fn source_in(&self, node: &SyntaxNode, one: SyntaxKind, other: SyntaxKind) -> Option<Source> {
        let named = node.children().find(|it| it.kind() == one || it.kind() == other)?;
        let is_path =
            |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF);
        let path = Path::of(&named.descendants().find(is_path)?)?;
        Some(self.named_source(&path, &Scope::default()))
    }

    /// The columns of a table, if they are known, or else those that are enums.
    pub(super) fn known_columns(&self, path: &Path) -> Option<Vec<Column>> {
        self.named_source(path, &Scope::default()).columns
    }
}

/// The table that a statement writes to, under the name that the statement gives it.
fn with_alias(mut source: Source, statement: &SyntaxNode) -> Source {
    use SyntaxKind as K;
    let is_alias = |kind| matches!(kind, K::OPTIONAL_AS_ALIAS | K::REQUIRED_AS_ALIAS);
    let alias = child_that(statement, is_alias)
        .and_then(|alias| alias.descendants().find(|it| it.kind() == K::TABLE_ALIAS));
    if let Some(alias) = alias {
        source.alias = name::identifier(&alias);
    }
    source
}

enum Found {
    Column(ColumnType),
    Nothing,
    Unclear,
}

fn find(scope: &Scope, table: Option<&Arc<str>>, column: &Arc<str>) -> Found {
    let mut found = None;
    for source in &scope.sources {
        if table.is_some_and(|table| *table != source.alias) {
            continue;
        }
        let Some(columns) = &source.columns else { return Found::Unclear };
        let is_merged = table.is_none() && source.merged.contains(column);
        for there in columns.iter().filter(|there| there.name == *column) {
            let other = found.replace(there.ty.clone());
            if other.is_some_and(|other| !is_merged || other != there.ty) {
                return Found::Unclear;
            }
        }
    }
    found.map_or(Found::Nothing, Found::Column)
}
