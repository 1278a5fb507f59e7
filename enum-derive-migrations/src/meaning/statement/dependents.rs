//! What hangs on columns: how it is made, changed and dropped.

use std::sync::Arc;

use super::executor::Executor;
use super::references::OF_TEXT;
use super::select_list::Scope;
use super::stretch::Text;
use crate::catalog::{Check, Dependent, DependentKind, References, RelationId};
use crate::ground::{Done, Location};
use crate::meaning::expression::Env;
use crate::text::ddl::{Constraint, ConstraintKind, Named};
use crate::text::name::{self, Path, has_hole};
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{
    child, child_that, descendant, descendants, descendants_that, has_token, is_expression,
    is_query,
};
use crate::text::token;
use crate::text::tree;
use squawk_lexer::TokenKind;

impl Executor<'_> {
    // --- making ---

    /// The checks among constraints, each of a table that is there by now.
    pub(super) fn add_checks<'c>(
        &mut self,
        table: RelationId,
        constraints: impl Iterator<Item = &'c Constraint>,
        text: &Text<'_>,
    ) {
        for constraint in constraints {
            if let ConstraintKind::Check { expression, is_valid, is_inherited } = &constraint.kind {
                let check = Check {
                    expression: text.part(*expression).into(),
                    is_valid: *is_valid,
                    is_inherited: *is_inherited,
                };
                let at = text.at(*expression);
                self.add_check(table, constraint.name.as_ref(), check, text, &at);
            }
            if let Some(name) = &constraint.name {
                self.catalog_mut().note_constraint(name);
            }
        }
    }

    fn add_check(
        &mut self,
        table: RelationId,
        name: Option<&Arc<str>>,
        check: Check,
        text: &Text<'_>,
        at: &Location,
    ) {
        let expression = &check.expression;
        if !self.holds(table) || !self.may_compare(table, expression, text) {
            return;
        }
        let Some(expression) = expression_in(&check.expression) else { return };
        let references = self.references(&expression, &self.scope_with_name(table, &[]));
        let relation = self.catalog().relation(table);
        let is_of_own = |(_, name): &(RelationId, Arc<str>)| {
            let column = relation.and_then(|relation| relation.column(name));
            column.is_some_and(|column| column.ty.own().is_some())
        };
        let check = references.columns.iter().any(is_of_own).then_some(check);
        let kind = DependentKind::Check;
        self.add_with(kind, name.cloned(), Some(table), references, check, at);
    }

    /// Whether an expression over a table's columns may compare one with a constant, or be about the folder's types.
    fn may_compare(&self, table: RelationId, expression: &str, text: &Text<'_>) -> bool {
        if self.may_name_types(expression, text) {
            return true;
        }
        let has_constants = expression.contains('\'')
            || OF_TEXT.iter().any(|function| expression.contains(function));
        let Some(relation) = self.catalog().relation(table).filter(|_| has_constants) else {
            return false;
        };
        let is_compared = |name: &str| {
            let mut columns = relation.columns.iter();
            columns.any(|column| {
                column.name.eq_ignore_ascii_case(name)
                    && (column.ty.own().is_some() || column.ty.is_text())
            })
        };
        token::words(expression).any(|(kind, word, _)| match kind {
            TokenKind::Ident if word.ends_with('"') => true,
            TokenKind::Ident => word.eq_ignore_ascii_case("cast") || is_compared(word),
            TokenKind::QuotedIdent { .. } => {
                let name = word.trim_matches('"');
                name.contains('"') || is_compared(name)
            }
            TokenKind::Colon => true,
            _ => false,
        })
    }

    fn add(
        &mut self,
        kind: DependentKind,
        name: Option<Arc<str>>,
        table: Option<RelationId>,
        references: References,
        at: &Location,
    ) {
        self.add_with(kind, name, table, references, None, at);
    }

    fn add_with(
        &mut self,
        kind: DependentKind,
        name: Option<Arc<str>>,
        table: Option<RelationId>,
        references: References,
        check: Option<Check>,
        at: &Location,
    ) {
        // What follows columns keeps none as it is, so that nothing comes of columns alone.
        let is_idle = references.compared.is_empty() && references.types.is_empty();
        if kind.follows_columns() && is_idle && check.is_none() {
            return;
        }
        let name = name.filter(|name| !has_hole(name));
        let dependent = Dependent { kind, name, table, references, check, at: at.clone(), id: 0 };
        self.catalog_mut().add_dependent(dependent);
    }

    pub(super) fn change_or_create_dependent(
        &mut self,
        node: &SyntaxNode,
        text: &str,
        env: &Env,
        at: &Location,
    ) -> Done {
        use SyntaxKind as K;
        match node.kind() {
            K::CREATE_OPERATOR => {
                self.session.memory.makes_operators = true;
                Ok(())
            }
            K::CREATE_AGGREGATE => self.create_aggregate(node, env, at),
            K::DROP_AGGREGATE => self.drop_routines(node),
            K::CREATE_INDEX
            | K::CREATE_POLICY
            | K::CREATE_RULE
            | K::CREATE_TRIGGER
            | K::CREATE_STATISTICS
            | K::CREATE_PUBLICATION => {
                if node.kind() == K::CREATE_INDEX && has_token(node, K::UNIQUE_KW) {
                    self.note_unique_index(text, at);
                }
                self.create_dependent(node, at);
                Ok(())
            }
            _ => {
                self.change_dependent(text, Some(node), at);
                Ok(())
            }
        }
    }

    /// `CREATE INDEX`, `CREATE POLICY` and the like.
    fn create_dependent(&mut self, node: &SyntaxNode, at: &Location) {
        use SyntaxKind as K;
        if !self.catalog().follows_tables {
            return;
        }
        // What is there already stays as it is.
        if has_hole(&node.text().to_string()) || child(node, K::IF_NOT_EXISTS).is_some() {
            return;
        }
        let table = child_that(node, |kind| {
            matches!(
                kind,
                K::TABLE_RELATION_NAME | K::ON_TABLE | K::ON_RELATION | K::FROM_TABLE | K::RULE_ON
            )
        });
        let table = table.and_then(|it| first_path(&it));
        let id = table.and_then(|path| {
            let is_certain = !self.is_in_doubt(&path);
            self.catalog().find_relation(&path).filter(|_| is_certain)
        });
        let named = |kind| child(node, kind).map(|it| name::identifier(&it));
        let path_name = |kind| child(node, kind).and_then(|it| Path::of(&it)).map(|path| path.name);
        match node.kind() {
            K::CREATE_PUBLICATION => {
                self.create_publication(node, named(K::PUBLICATION).as_ref(), at);
            }
            K::CREATE_INDEX | K::CREATE_STATISTICS => {
                let Some(id) = id else { return };
                let scope = self.scope_with_name(id, &[]);
                let mut references = References::default();
                for part in node.children() {
                    if matches!(
                        part.kind(),
                        K::PARTITION_ITEM_LIST | K::WHERE_CLAUSE | K::STATISTICS_ON_CLAUSE
                    ) {
                        merge(&mut references, self.references(&part, &scope));
                    }
                }
                let (kind, name) = if node.kind() == K::CREATE_INDEX {
                    (DependentKind::Index, path_name(K::INDEX))
                } else {
                    (DependentKind::Statistics, path_name(K::STATISTICS))
                };
                self.add(kind, name, Some(id), references, at);
            }
            K::CREATE_POLICY => {
                let Some(id) = id else { return };
                self.add_policy(node, named(K::POLICY).as_ref(), id, at);
            }
            K::CREATE_TRIGGER => {
                let Some(id) = id else { return };
                let trigger = named(K::TRIGGER);
                if child(node, K::OR_REPLACE).is_some()
                    && let Some(name) = &trigger
                {
                    self.catalog_mut().drop_dependent(&[DependentKind::Trigger], Some(id), name);
                }
                let scope = self.scope_of(id, &["new", "old"]);
                let mut references = References::default();
                if let Some(when) = child(node, K::WHEN_CONDITION) {
                    merge(&mut references, self.references(&when, &scope));
                }
                for event in descendants(node, K::TRIGGER_EVENT_UPDATE) {
                    for column in descendants(&event, K::COLUMN_NAME_REF) {
                        references.columns.push((id, name::identifier(&column)));
                    }
                }
                self.add(DependentKind::Trigger, trigger, Some(id), references, at);
            }
            K::CREATE_RULE => {
                let Some(id) = id else { return };
                let rule = named(K::RULE);
                if child(node, K::OR_REPLACE).is_some()
                    && let Some(name) = &rule
                {
                    self.catalog_mut().drop_dependent(&[DependentKind::Rule], Some(id), name);
                }
                let references = self.references_of_rule(node, id);
                self.add(DependentKind::Rule, rule, Some(id), references, at);
            }
            _ => {}
        }
    }

    pub(super) fn scope_with_name(&self, table: RelationId, more: &[&str]) -> Scope {
        let name = self.catalog().relation(table).map(|relation| Arc::clone(&relation.key.1));
        let mut aliases: Vec<&str> = name.as_deref().into_iter().collect();
        aliases.extend(more);
        self.scope_of(table, &aliases)
    }

    fn add_policy(
        &mut self,
        node: &SyntaxNode,
        policy: Option<&Arc<str>>,
        table: RelationId,
        at: &Location,
    ) {
        use SyntaxKind as K;
        let scope = self.scope_with_name(table, &[]);
        for (clause, kind) in [
            (K::USING_EXPR_CLAUSE, DependentKind::Policy),
            (K::WITH_CHECK_EXPR_CLAUSE, DependentKind::PolicyCheck),
        ] {
            if let Some(clause) = descendant(node, clause) {
                let references = self.references(&clause, &scope);
                self.add(kind, policy.cloned(), Some(table), references, at);
            }
        }
    }

    /// `NEW.column` and `OLD.column` mean the table's, wherever they stand in a rule.
    fn references_of_rule(&self, node: &SyntaxNode, table: RelationId) -> References {
        let mut references = References::default();
        let columns = self.catalog().relation(table).map(|relation| relation.columns.clone());
        for field in descendants(node, SyntaxKind::FIELD_EXPR) {
            let parts: Vec<_> = field.children().map(|part| name::identifier(&part)).collect();
            let [row, column] = parts.as_slice() else { continue };
            let is_there = columns.iter().flatten().any(|there| there.name == *column);
            if matches!(&**row, "new" | "old") && is_there {
                references.columns.push((table, Arc::clone(column)));
            }
        }
        references.types = self.types_named(node);
        references
    }

    fn create_publication(
        &mut self,
        node: &SyntaxNode,
        publication: Option<&Arc<str>>,
        at: &Location,
    ) {
        use SyntaxKind as K;
        for object in descendants(node, K::PUBLICATION_OBJECT_TABLE) {
            let table = first_path(&object).and_then(|path| self.catalog().find_relation(&path));
            let (Some(table), Some(list)) = (table, child(&object, K::COLUMN_REF_LIST)) else {
                continue;
            };
            let mut references = References::default();
            for column in descendants(&list, K::COLUMN_NAME_REF) {
                references.columns.push((table, name::identifier(&column)));
            }
            self.add(DependentKind::Publication, publication.cloned(), Some(table), references, at);
        }
    }

    /// A function's body that is read with its statement refers to what it names for good (`PostgreSQL` manual, `CREATE
    /// FUNCTION`, from 14 on).
    pub(super) fn add_function_body(
        &mut self,
        node: &SyntaxNode,
        function: &Arc<str>,
        env: &Env,
        at: &Location,
    ) {
        use SyntaxKind as K;
        if !self.catalog().follows_tables {
            return;
        }
        self.catalog_mut().drop_dependent(&[DependentKind::Function], None, function);
        let is_body = |kind| matches!(kind, K::ATOMIC_BODY | K::RETURN_STMT);
        let Some(body) = descendants_that(node, is_body).into_iter().next() else { return };
        let mut references = References::default();
        for query in descendants_that(&body, is_query) {
            references.columns.extend(self.columns_used(&query, env).columns);
        }
        references.types = self.types_named(&body);
        self.add(DependentKind::Function, Some(Arc::clone(function)), None, references, at);
    }

    /// The types that a view's query names keep from being dropped as well.
    pub(super) fn add_view_types(&mut self, view: RelationId, node: &SyntaxNode, at: &Location) {
        self.catalog_mut().retain_dependents(&|dependent| {
            dependent.kind != DependentKind::View || dependent.table != Some(view)
        });
        let query = child_that(node, is_query);
        let types = query.map(|query| self.types_named(&query)).unwrap_or_default();
        let name = self.catalog().relation(view).map(|relation| Arc::clone(&relation.key.1));
        let references = References { types, ..References::default() };
        self.add(DependentKind::View, name, Some(view), references, at);
    }

    // --- changing and dropping ---

    /// `DROP POLICY`, `ALTER INDEX` and the like.
    pub(super) fn change_dependent(
        &mut self,
        text: &str,
        node: Option<&SyntaxNode>,
        at: &Location,
    ) {
        if !self.catalog().follows_tables {
            return;
        }
        let Some(statement) = Named::read(text) else {
            return self.catalog_mut().retain_dependents(&|_| false);
        };
        let kinds: &[DependentKind] = match statement.noun {
            "policy" => &[DependentKind::Policy, DependentKind::PolicyCheck],
            "rule" => &[DependentKind::Rule],
            "trigger" => &[DependentKind::Trigger],
            "index" => &[DependentKind::Index],
            "statistics" => &[DependentKind::Statistics],
            "publication" => &[DependentKind::Publication],
            _ => return,
        };
        let is_unclear = statement.names.iter().any(Path::has_hole)
            || statement.table.as_ref().is_some_and(Path::has_hole);
        if is_unclear {
            return self.catalog_mut().retain_dependents(&|it| !kinds.contains(&it.kind));
        }
        let table = statement.table.as_ref().and_then(|path| self.catalog().find_relation(path));
        if statement.table.is_some() && table.is_none() {
            return;
        }
        let policy = node.filter(|_| statement.noun == "policy" && !statement.is_drop);
        for path in &statement.names {
            match (&statement.new_name, table, policy) {
                (Some(new), ..) => {
                    self.catalog_mut().rename_dependent(kinds, table, &path.name, new);
                }
                // Only the clause that is there is another.
                (None, Some(table), Some(node)) => {
                    for (clause, kind) in [
                        (SyntaxKind::USING_EXPR_CLAUSE, DependentKind::Policy),
                        (SyntaxKind::WITH_CHECK_EXPR_CLAUSE, DependentKind::PolicyCheck),
                    ] {
                        if descendant(node, clause).is_some() {
                            self.catalog_mut().drop_dependent(&[kind], Some(table), &path.name);
                        }
                    }
                    self.add_policy(node, Some(&path.name), table, at);
                }
                _ if statement.is_drop || statement.noun == "publication" => {
                    self.catalog_mut().drop_dependent(kinds, table, &path.name);
                }
                _ => {}
            }
        }
    }
}

/// Whether a statement makes, changes or drops something that hangs on a table or on types.
pub(super) fn is_about_dependent(kind: SyntaxKind) -> bool {
    use SyntaxKind as K;
    matches!(
        kind,
        K::CREATE_INDEX
            | K::CREATE_POLICY
            | K::CREATE_RULE
            | K::CREATE_TRIGGER
            | K::CREATE_STATISTICS
            | K::CREATE_PUBLICATION
            | K::CREATE_OPERATOR
            | K::CREATE_AGGREGATE
            | K::ALTER_INDEX
            | K::ALTER_POLICY
            | K::ALTER_RULE
            | K::ALTER_TRIGGER
            | K::ALTER_STATISTICS
            | K::ALTER_PUBLICATION
            | K::DROP_INDEX
            | K::DROP_POLICY
            | K::DROP_RULE
            | K::DROP_TRIGGER
            | K::DROP_STATISTICS
            | K::DROP_PUBLICATION
            | K::DROP_AGGREGATE
    )
}

/// The expression that a text is.
pub(super) fn expression_in(text: &str) -> Option<SyntaxNode> {
    let node = tree::statement(&format!("SELECT ({text})")).ok()??;
    child_that(&descendant(&node, SyntaxKind::TARGET)?, is_expression)
}

fn merge(references: &mut References, more: References) {
    references.columns.extend(more.columns);
    references.compared.extend(more.compared);
    references.types.extend(more.types);
}

/// The first name of a table in a node.
fn first_path(node: &SyntaxNode) -> Option<Path> {
    let is_path = |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF);
    node.descendants().find(is_path).and_then(|it| Path::of(&it))
}
