//! Columns as statements define them, with their constraints.

use std::rc::Rc;
use std::sync::Arc;

use super::column_types::serial;
use super::executor::Executor;
use super::stretch::Text;
use crate::catalog::{
    BuiltIn, Column, ColumnType, DefaultValue, Generated, KeyKind, Modifiers, RelationId, TableKey,
    TypeKind,
};
use crate::ground::{Done, Key, Refusal, TypeId};
use crate::meaning::expression::Env;
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::ddl::{ColumnDefinition, Constraint, ConstraintKind};
use crate::text::name::has_hole;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::recent::shared;
use crate::text::span::Span;
use crate::text::syntax::{child_that, descendant, is_expression, is_type};
use crate::text::tree;
use crate::text::word::may_name;

impl Executor<'_> {
    /// A column. The keys that are said with it are added to `keys`.
    pub(super) fn define_column(
        &mut self,
        table: &Key,
        definition: &ColumnDefinition,
        constraints: &[Constraint],
        text: &Text<'_>,
        keys: &mut Vec<TableKey>,
    ) -> Result<Column, Refusal> {
        let at = text.at(definition.range);
        let mut column = Column::new(Arc::clone(&definition.name), ColumnType::Unknown, at);
        if let Some(ty) = &definition.ty {
            let is_taken = || self.catalog().find_named(None, ty.path.name()).is_some();
            if let Some(integer) = serial(ty).filter(|_| !is_taken()) {
                let ty = BuiltIn::new(integer);
                column.ty = ColumnType::BuiltIn { ty, is_array: false };
                column.not_null = Some(true);
                let (schema, name) = table;
                let sequence = format!("{schema}.{name}_{}_seq", column.name);
                let default = format!("nextval('{sequence}'::regclass)").into();
                let at = column.at.clone();
                let default = DefaultValue { text: default, needs: Vec::new(), at };
                column.default = Some(Rc::new(default));
                column.is_serial = true;
            } else {
                self.check_column_type(ty, text)?;
                column.ty = self.column_type(ty);
            }
        }
        self.constrain_column(&mut column, constraints, text, keys)?;
        Ok(column)
    }

    /// What is said of a column besides its type. The keys are added to `keys`.
    pub(super) fn constrain_column(
        &mut self,
        column: &mut Column,
        constraints: &[Constraint],
        text: &Text<'_>,
        keys: &mut Vec<TableKey>,
    ) -> Done {
        for constraint in constraints {
            let kind = match &constraint.kind {
                ConstraintKind::NotNull(_) => {
                    column.not_null = Some(true);
                    continue;
                }
                ConstraintKind::Default(span) => {
                    column.default = self.default_value(column, *span, text)?;
                    continue;
                }
                ConstraintKind::Generated { expression, is_virtual } => {
                    column.default = self.default_value(column, *expression, text)?;
                    column.generated =
                        if *is_virtual { Generated::Virtual } else { Generated::Stored };
                    continue;
                }
                ConstraintKind::Identity { always } => {
                    column.generated = identity(*always);
                    column.not_null = Some(true);
                    continue;
                }
                ConstraintKind::Null | ConstraintKind::Check { .. } | ConstraintKind::Other => {
                    continue;
                }
                ConstraintKind::Primary(_) => {
                    column.not_null = Some(true);
                    KeyKind::Primary
                }
                ConstraintKind::Unique(_) => KeyKind::Unique,
                ConstraintKind::Foreign(key) => self.foreign_key(&key.table, &key.referenced),
            };
            let at = text.at(constraint.range);
            let name = constraint.name.clone();
            keys.push(TableKey { name, kind, columns: vec![Arc::clone(&column.name)], at });
        }
        Ok(())
    }

    /// A column's default, from where its expression stands. What is no label is refused.
    pub(super) fn default_value(
        &mut self,
        column: &Column,
        span: Span,
        text: &Text<'_>,
    ) -> Result<Option<Rc<DefaultValue>>, Refusal> {
        let expression = text.part(span);
        let is_null = expression.eq_ignore_ascii_case("null");
        let at = text.at(span);
        let mut needs = Vec::new();
        if column.ty.own().is_some() || self.may_name_types(expression, text) {
            // What stands before the expression has the length of what is in its place.
            let before = "SELECT ";
            let origin = text.origin.part(span.range().start.saturating_sub(before.len()));
            if let Ok(Some(node)) = tree::statement(&format!("{before}{expression}"))
                && let Some(target) = descendant(&node, SyntaxKind::TARGET)
                && let Some(default) = child_that(&target, is_expression)
            {
                needs = self.default_of(&column.name, &column.ty, &default, &Env::new(origin))?;
            }
        }
        // A null that has to be cut to a length is an expression to the server.
        let is_kept = !is_null || self.has_length(&column.ty);
        let default = || Rc::new(DefaultValue { text: shared(expression), needs, at });
        Ok(is_kept.then(default))
    }

    fn has_length(&self, ty: &ColumnType) -> bool {
        match ty {
            ColumnType::BuiltIn { ty, is_array } => match ty.modifiers {
                Modifiers::None => false,
                Modifiers::Interval(..) => *is_array,
                _ => true,
            },
            ColumnType::Own { id, is_array } => {
                let domain = self.catalog().ty(*id).filter(|_| !is_array);
                domain.is_some_and(|ty| matches!(ty.kind, TypeKind::Other("domain", _)))
            }
            ColumnType::Unknown => false,
        }
    }

    /// Whether an expression in a statement may name one of the folder's types.
    pub(super) fn may_name_types(&self, expression: &str, text: &Text<'_>) -> bool {
        text.may_name_types && may_name(expression, &self.session.memory.enum_names)
    }

    /// The types of this folder's that a column's default needs: those that it is cast to, or the
    /// column's if it is a plain literal. Nulls need none.
    fn default_of(
        &mut self,
        column: &Arc<str>,
        ty: &ColumnType,
        default: &SyntaxNode,
        env: &Env,
    ) -> Result<Vec<TypeId>, Refusal> {
        let mut needed = Vec::new();
        let mut value = default.clone();
        while let Some(inner) = child_that(&value, is_expression)
            && value.kind() == SyntaxKind::PAREN_EXPR
        {
            value = inner;
        }
        if let Some(labels) = self.labels_taken_by(ty) {
            self.check_assigned(&value, column, labels, env)?;
        }
        match (value.kind(), ty.own()) {
            (SyntaxKind::LITERAL, Some(own)) => {
                if let Value::Text(_) = literal(&value) {
                    needed.push(own);
                }
            }
            _ => {
                for ty in default.descendants().filter(|node| is_type(node.kind())) {
                    needed.extend(self.own_type(&ty));
                }
            }
        }
        needed.dedup();
        Ok(needed)
    }

    /// The column of a relation, or the server's complaint if it is known not to be there.
    pub(super) fn certain_column(
        &self,
        id: RelationId,
        name: &str,
    ) -> Result<Option<Column>, Refusal> {
        let Some(relation) = self.catalog().relation(id) else { return Ok(None) };
        if let Some(column) = relation.column(name) {
            return Ok(Some(column.clone()));
        }
        if !self.holds(id) || is_system_column(name) || has_hole(name) {
            return Ok(None);
        }
        let table = &relation.key.1;
        let message = format!("column \"{name}\" of relation \"{table}\" does not exist");
        let mut refusal = Refusal::new("42703", message)
            .about(&relation.key)
            .related(&relation.created, format!("the {} is created here", relation.kind));
        if let Some(twin) =
            relation.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
        {
            refusal = refusal.related(&twin.at, format!("\"{}\" differs only by case", twin.name));
        }
        Err(refusal)
    }

    /// Whether the columns of a relation are all known, so that something may be held against them.
    pub(super) fn holds(&self, id: RelationId) -> bool {
        let catalog = self.catalog();
        catalog.follows_tables
            && catalog.relation(id).is_some_and(|relation| relation.shape.unknown.is_none())
    }
}

pub(super) fn identity(always: bool) -> Generated {
    if always { Generated::IdentityAlways } else { Generated::IdentityByDefault }
}

/// The columns that every table has (`PostgreSQL` manual, 5.6).
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(name, "tableoid" | "xmin" | "cmin" | "xmax" | "cmax" | "ctid")
}
