//! What hangs on columns: it is made and dropped, and keeps columns from being changed.

use std::ops::Range;
use std::sync::Arc;

use squawk_lexer::TokenKind;
use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::columns::Text;
use super::executor::Executor;
use super::references::{OF_TEXT, is_text};
use super::select_list::Scope;
use crate::catalog::{Dependent, DependentKind, References, RelationId};
use crate::ground::{Done, Location, Refusal};
use crate::meaning::expression::Env;
use crate::text::ddl::{Constraint, ConstraintKind, Named};
use crate::text::name::{self, Path, has_hole};
use crate::text::syntax::{child, child_that, children_that, descendant, descendants, is_query};
use crate::text::token;
use crate::text::tree;

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
            if let ConstraintKind::Check(range) = &constraint.kind {
                self.add_check(table, constraint.name.as_ref(), range, text);
            }
        }
    }

    fn add_check(
        &mut self,
        table: RelationId,
        name: Option<&Arc<str>>,
        range: &Range<usize>,
        text: &Text<'_>,
    ) {
        let expression = text.part(range);
        if !self.holds(table) || !self.may_compare(table, expression) {
            return;
        }
        let Some(expression) = expression_in(expression) else { return };
        let references = self.references(&expression, &self.scope_with_name(table, &[]));
        self.add(DependentKind::Check, name.cloned(), Some(table), references, &text.at(range));
    }

    /// Whether an expression over a table's columns may compare one with a constant, or be about the folder's types.
    fn may_compare(&self, table: RelationId, expression: &str) -> bool {
        if self.may_name_types(expression) {
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
                    && (column.ty.own().is_some() || is_text(&column.ty))
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
        // What follows columns keeps none as it is, so that nothing comes of columns alone.
        if kind.follows_columns() && references.compared.is_empty() && references.types.is_empty() {
            return;
        }
        let name = name.filter(|name| !has_hole(name));
        let dependent = Dependent { kind, name, table, references, at: at.clone(), id: 0 };
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
            K::DROP_AGGREGATE => {
                self.drop_routines(node);
                Ok(())
            }
            K::CREATE_INDEX
            | K::CREATE_POLICY
            | K::CREATE_RULE
            | K::CREATE_TRIGGER
            | K::CREATE_STATISTICS
            | K::CREATE_PUBLICATION => {
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
            K::CREATE_PUBLICATION => self.create_publication(node, named(K::PUBLICATION), at),
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
                self.add_policy(node, named(K::POLICY), id, at);
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

    fn scope_with_name(&self, table: RelationId, more: &[&str]) -> Scope {
        let name = self.catalog().relation(table).map(|relation| Arc::clone(&relation.key.1));
        let mut aliases: Vec<&str> = name.as_deref().into_iter().collect();
        aliases.extend(more);
        self.scope_of(table, &aliases)
    }

    fn add_policy(
        &mut self,
        node: &SyntaxNode,
        policy: Option<Arc<str>>,
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
                self.add(kind, policy.clone(), Some(table), references, at);
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
        publication: Option<Arc<str>>,
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
            self.add(DependentKind::Publication, publication.clone(), Some(table), references, at);
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
        let Some(body) = descendant(node, K::ATOMIC_BODY) else { return };
        let mut references = References::default();
        for query in children_that(&body, is_query) {
            references.columns.extend(self.columns_used(&query, env));
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
                    self.add_policy(node, Some(Arc::clone(&path.name)), table, at);
                }
                _ if statement.is_drop || statement.noun == "publication" => {
                    self.catalog_mut().drop_dependent(kinds, table, &path.name);
                }
                _ => {}
            }
        }
    }

    // --- what it keeps from being done ---

    /// What uses a column keeps its type (`RememberAllDependentForRebuilding` in `tablecmds.c`).
    pub(super) fn check_type_is_free(&self, table: RelationId, column: &str) -> Done {
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return Ok(());
        };
        for member in self.catalog().family_of(table) {
            if let Some(generated) = self.generated_from(member, column).first() {
                let message = "cannot alter type of a column used by a generated column";
                return Err(Refusal::new("0A000", message)
                    .about(&relation.key)
                    .help(format!("drop the column {generated} before, and add it again after")));
            }
            for dependent in self.catalog().dependents() {
                let Some(user) = dependent.kind.keeps_type() else { continue };
                if dependent.references.use_column(member, column)
                    && self.catalog().is_certain(dependent)
                {
                    let message = format!("cannot alter type of a column used by {user}");
                    let message = match dependent.kind {
                        DependentKind::Policy
                        | DependentKind::PolicyCheck
                        | DependentKind::Trigger => {
                            format!("cannot alter type of a column used in {user}")
                        }
                        _ => message,
                    };
                    return Err(Refusal::new("0A000", message)
                        .about(&relation.key)
                        .related(&dependent.at, format!("{} uses the column", described(dependent)))
                        .help(format!(
                            "drop the {} before, and create it again after",
                            dependent.kind.noun()
                        )));
                }
            }
        }
        Ok(())
    }

    /// The columns that are generated from one.
    pub(super) fn generated_from(&self, table: RelationId, column: &str) -> Vec<Arc<str>> {
        let mut generated = Vec::new();
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return generated;
        };
        for other in relation.columns.iter().filter(|it| it.generated.is_expression()) {
            let Some(default) = &other.default else { continue };
            let expression = expression_in(&default.text);
            let scope = self.scope_with_name(table, &[]);
            let uses = |expression| self.references(&expression, &scope).use_column(table, column);
            if expression.is_some_and(uses) {
                generated.push(Arc::clone(&other.name));
            }
        }
        generated
    }

    /// The columns of a partition key stay as they are.
    pub(super) fn check_partition_key(&self, table: RelationId, column: &str, verb: &str) -> Done {
        for member in self.catalog().family_of(table) {
            if let Some(relation) = self.catalog().relation(member).filter(|_| self.holds(member))
                && relation.shape.partition_key.iter().any(|name| **name == *column)
            {
                let message = format!(
                    "cannot {verb} column \"{column}\" because it is part of the partition key of relation \"{}\"",
                    relation.key.1
                );
                return Err(Refusal::new("42P16", message)
                    .about(&relation.key)
                    .related(&relation.created, "the table is created here".to_owned()));
            }
        }
        Ok(())
    }

    /// What the server makes anew over columns that have got other types.
    pub(super) fn check_rebuilt(&self, table: RelationId, columns: &[Arc<str>]) -> Done {
        if columns.is_empty() {
            return Ok(());
        }
        let makes_casts = self.catalog().objects().any(|object| object.noun == "cast");
        if !self.holds(table) || makes_casts || self.session.memory.makes_operators {
            return Ok(());
        }
        for member in self.catalog().family_of(table) {
            let Some(relation) = self.catalog().relation(member).filter(|_| self.holds(member))
            else {
                continue;
            };
            for dependent in self.catalog().dependents_on(member) {
                if !dependent.kind.follows_columns() {
                    continue;
                }
                for (id, name, constant) in &dependent.references.compared {
                    let column = relation.column(name).filter(|_| *id == member);
                    let Some(column) = column.filter(|_| columns.contains(name)) else { continue };
                    if let Some((sqlstate, message)) =
                        self.outlives(dependent.kind, constant, &column.ty)
                    {
                        return Err(Refusal::new(sqlstate, message)
                            .about(&relation.key)
                            .related(
                                &dependent.at,
                                format!(
                                    "{} compares the column with a constant",
                                    described(dependent)
                                ),
                            )
                            .help(format!(
                                "drop the {} before, and create it again after",
                                dependent.kind.noun()
                            )));
                    }
                }
            }
        }
        Ok(())
    }

    /// What uses a column and does not go with it keeps it from being dropped.
    pub(super) fn check_column_is_free(&self, table: RelationId, column: &str) -> Done {
        let Some(relation) = self.catalog().relation(table).filter(|_| self.holds(table)) else {
            return Ok(());
        };
        for member in self.catalog().family_of(table) {
            let uses = |dependent: &&Dependent| {
                dependent.kind.keeps_type().is_some()
                    && dependent.kind != DependentKind::Publication
                    && dependent.references.use_column(member, column)
                    && self.catalog().is_certain(dependent)
            };
            if let Some(dependent) = self.catalog().dependents().find(uses) {
                let (kind, name) = (relation.kind, &relation.key.1);
                let message = format!(
                    "cannot drop column {column} of {kind} {name} because other objects depend on it"
                );
                return Err(Refusal::new("2BP01", message)
                    .about(&relation.key)
                    .related(&dependent.at, format!("{} uses the column", described(dependent)))
                    .help(format!("drop the {} before", dependent.kind.noun())));
            }
        }
        Ok(())
    }
}

/// The expression that a text is.
fn expression_in(text: &str) -> Option<SyntaxNode> {
    let node = tree::statement(&format!("SELECT ({text})")).ok()??;
    child_that(&descendant(&node, SyntaxKind::TARGET)?, ast::Expr::can_cast)
}

fn described(dependent: &Dependent) -> String {
    match &dependent.name {
        Some(name) => format!("{} {name}", dependent.kind.noun()),
        None => format!("this {}", dependent.kind.noun()),
    }
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
