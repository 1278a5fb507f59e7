//! Labels that are used before they can be: in the transaction that adds them.
//!
//! Only what a cast or its column makes a label is one. The server coerces a literal when it reads the statement,
//! whether there are rows or not (`coerce_type` in `parse_coerce.c`).

use std::collections::HashMap;
use std::sync::Arc;

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::executor::Executor;
use crate::catalog::TypeKind;
use crate::ground::{Done, TypeId};
use crate::meaning::expression::Env;
use crate::meaning::literal::{array_literal, literal};
use crate::meaning::value::Value;
use crate::text::name::{self, Path};
use crate::text::syntax::{
    child, child_that, children, children_that, descendant, descendants, is_query,
};

/// The columns that a name may mean, as far as their types are the folder's.
type Columns = HashMap<Arc<str>, TypeId>;

impl Executor<'_> {
    /// Whether a statement may have a label in it that cannot be used yet.
    pub(super) fn may_use_too_soon(&self, text: &str) -> bool {
        self.catalog().unsafe_labels().iter().any(|label| text.contains(&**label))
    }

    /// Refuses a statement that uses a label too soon.
    pub(super) fn check_uses(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        if self.catalog().unsafe_labels().is_empty() {
            return Ok(());
        }
        // Where something is there already, the rest of the statement may not be read.
        if descendant(node, K::IF_NOT_EXISTS).is_some() {
            return Ok(());
        }
        // What is named in WITH hides tables.
        let tells_columns = descendant(node, K::WITH_CLAUSE).is_none();
        for node in node.descendants() {
            match node.kind() {
                K::CAST_EXPR => self.check_cast(&node, env)?,
                K::BIN_EXPR if tells_columns => self.check_comparison(&node, env)?,
                K::INSERT => self.check_insert(&node, env)?,
                K::SET_SINGLE_COLUMN => self.check_assignment(&node, env)?,
                K::DEFAULT_CONSTRAINT => self.check_column_default(&node, env)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A literal, or several, that become values of an enum, or of arrays of it.
    fn check_use(&self, value: &SyntaxNode, ty: TypeId, env: &Env) -> Done {
        if value.kind() == SyntaxKind::ARRAY_EXPR {
            return value.children().try_for_each(|element| self.check_use(&element, ty, env));
        }
        let (Value::Text(text), Some(ty)) = (literal(value), self.catalog().ty(ty)) else {
            return Ok(());
        };
        let TypeKind::Enum(labels) = &ty.kind else { return Ok(()) };
        let elements = array_literal(&text).unwrap_or_default();
        let is_in = |label: &Arc<str>| {
            *label == text || elements.iter().any(|it| matches!(it, Value::Text(it) if it == label))
        };
        for label in labels.iter().filter(|label| is_in(&label.text)) {
            let at = env.origin.of(value);
            self.catalog().check_safe(ty, label).map_err(|refusal| refusal.at(&at))?;
        }
        Ok(())
    }

    /// `'ok'::mood`, `CAST ('ok' AS mood)`, `mood 'ok'`, and the same of arrays.
    fn check_cast(&self, node: &SyntaxNode, env: &Env) -> Done {
        let value = child_that(node, ast::Expr::can_cast);
        let ty = child_that(node, ast::Type::can_cast);
        match (value, ty.and_then(|ty| self.own_type(&ty))) {
            (Some(value), Some(ty)) => self.check_use(&value, ty, env),
            _ => Ok(()),
        }
    }

    /// `column = 'ok'` and `column IN ('ok', …)`, in either order.
    fn check_comparison(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let operands = children_that(node, ast::Expr::can_cast);
        let [left, right] = operands.as_slice() else { return Ok(()) };
        let signs = [K::EQ, K::NEQ, K::NEQB, K::L_ANGLE, K::R_ANGLE, K::LTEQ, K::GTEQ, K::IN_KW];
        if !node.children_with_tokens().any(|child| signs.contains(&child.kind())) {
            return Ok(());
        }
        let columns = self.columns_around(node);
        for (column, value) in [(left, right), (right, left)] {
            let Some(&ty) = column_name(column).and_then(|name| columns.get(&name)) else {
                continue;
            };
            match value.kind() {
                K::LITERAL => self.check_use(value, ty, env)?,
                K::PAREN_EXPR | K::TUPLE_EXPR => {
                    value.children().try_for_each(|value| self.check_use(&value, ty, env))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `INSERT INTO table (column, …) VALUES ('ok', …), …`
    fn check_insert(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let Some(values) = child(node, K::VALUES) else { return Ok(()) };
        let mut types: Vec<Option<TypeId>> = Vec::new();
        if let Some(targets) = child(node, K::COLUMN_TARGET_LIST) {
            let columns = self.columns_of(node);
            for target in targets.children() {
                types.push(whole_column(&target).and_then(|name| columns.get(&name).copied()));
            }
        } else {
            // Without a list, values are those of all columns, in order.
            let table = child(node, K::RELATION_NAME_REF).and_then(|name| Path::of(&name));
            let id = table.and_then(|path| self.catalog().find_relation(&path));
            if let Some(id) = id.filter(|id| self.holds(*id))
                && let Some(relation) = self.catalog().relation(id)
            {
                for column in &relation.columns {
                    types.push(column.ty.own());
                }
            }
        }
        for row in descendants(&values, K::ROW) {
            for (value, ty) in row.children().zip(&types) {
                if let Some(ty) = ty {
                    self.check_use(&value, *ty, env)?;
                }
            }
        }
        Ok(())
    }

    /// `SET column = 'ok'`
    fn check_assignment(&self, node: &SyntaxNode, env: &Env) -> Done {
        use SyntaxKind as K;
        let value = child(node, K::SET_EXPR).and_then(|expression| expression.first_child());
        let column = child(node, K::COLUMN_TARGET).and_then(|target| whole_column(&target));
        let (Some(value), Some(column)) = (value, column) else { return Ok(()) };
        let Some(statement) =
            node.ancestors().find(|it| matches!(it.kind(), K::INSERT | K::UPDATE))
        else {
            return Ok(());
        };
        match self.columns_of(&statement).get(&column) {
            Some(&ty) => self.check_use(&value, ty, env),
            None => Ok(()),
        }
    }

    /// `column mood DEFAULT 'ok'`
    fn check_column_default(&self, node: &SyntaxNode, env: &Env) -> Done {
        let value = child_that(node, ast::Expr::can_cast);
        let ty =
            node.ancestors().skip(1).find_map(|around| child_that(&around, ast::Type::can_cast));
        match (value, ty.and_then(|ty| self.own_type(&ty))) {
            (Some(value), Some(ty)) => self.check_use(&value, ty, env),
            _ => Ok(()),
        }
    }

    /// The columns that a name in an expression may mean: those of the nearest statement or query around it.
    fn columns_around(&self, node: &SyntaxNode) -> Columns {
        use SyntaxKind as K;
        let is_scope = |kind| {
            is_query(kind)
                || matches!(
                    kind,
                    K::INSERT
                        | K::UPDATE
                        | K::DELETE
                        | K::MERGE
                        | K::CREATE_TABLE
                        | K::CREATE_INDEX
                        | K::ALTER_TABLE
                        | K::CREATE_POLICY
                        | K::ALTER_POLICY
                )
        };
        match node.ancestors().find(|around| is_scope(around.kind())) {
            Some(scope) => self.columns_of(&scope),
            None => Columns::new(),
        }
    }

    /// The columns of the one table that a statement or a query is about; none, if there may be several.
    fn columns_of(&self, scope: &SyntaxNode) -> Columns {
        use SyntaxKind as K;
        let table = match scope.kind() {
            K::CREATE_TABLE => {
                let mut columns = Columns::new();
                for column in descendants(scope, K::COLUMN) {
                    columns.extend(self.own_column(&column));
                }
                return columns;
            }
            K::SELECT => {
                let Some(from) = child(scope, K::FROM_CLAUSE) else { return Columns::new() };
                let mut items = from.children();
                match (items.next(), items.next()) {
                    (Some(item), None) if item.kind() == K::RELATION_FROM_ITEM => named(&item),
                    _ => None,
                }
            }
            K::UPDATE | K::DELETE
                if child(scope, K::FROM_CLAUSE).is_some()
                    || child(scope, K::USING_CLAUSE).is_some() =>
            {
                None
            }
            K::CREATE_POLICY | K::ALTER_POLICY => {
                child(scope, K::ON_TABLE).and_then(|node| named(&node))
            }
            K::INSERT | K::UPDATE | K::DELETE | K::CREATE_INDEX | K::ALTER_TABLE => {
                let is_name = |kind| {
                    matches!(kind, K::RELATION_NAME | K::RELATION_NAME_REF | K::TABLE_RELATION_NAME)
                };
                child_that(scope, is_name).and_then(|node| named(&node))
            }
            _ => None,
        };
        let relation = table.and_then(|path| self.catalog().find_relation(&path));
        let mut columns = Columns::new();
        if let Some(relation) = relation.and_then(|id| self.catalog().relation(id)) {
            for column in &relation.columns {
                if let Some(ty) = column.ty.own() {
                    columns.insert(Arc::clone(&column.name), ty);
                }
            }
        }
        // `ALTER TABLE … ADD COLUMN` has columns of its own.
        for column in children(scope, K::ADD_COLUMN) {
            columns.extend(self.own_column(&column));
        }
        columns
    }

    fn own_column(&self, node: &SyntaxNode) -> Option<(Arc<str>, TypeId)> {
        let column = child(node, SyntaxKind::COLUMN_NAME)?;
        let ty = child_that(node, ast::Type::can_cast)?;
        Some((name::identifier(&column), self.own_type(&ty)?))
    }
}

/// The first name of a table in a node.
fn named(node: &SyntaxNode) -> Option<Path> {
    let is_path = |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::PATH | SyntaxKind::PATH_REF);
    node.descendants().find(is_path).and_then(|it| Path::of(&it))
}

/// The column that `m` or `t.m` means.
fn column_name(node: &SyntaxNode) -> Option<Arc<str>> {
    match node.kind() {
        SyntaxKind::NAME_REF => Some(name::identifier(node)),
        SyntaxKind::FIELD_EXPR => {
            let mut names = node.children();
            match (names.next(), names.next(), names.next()) {
                (Some(table), Some(column), None)
                    if table.kind() == SyntaxKind::NAME_REF
                        && column.kind() == SyntaxKind::NAME_REF =>
                {
                    Some(name::identifier(&column))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The column that is written to, unless only an element or a field of it is.
fn whole_column(target: &SyntaxNode) -> Option<Arc<str>> {
    let mut parts = target.children();
    match (parts.next(), parts.next()) {
        (Some(column), None) => Some(name::identifier(&column)),
        _ => None,
    }
}
