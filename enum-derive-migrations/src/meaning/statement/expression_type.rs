//! The types of the expressions in a select list, as far as their text tells.

use super::executor::Executor;
use super::labelled::results;
use super::select_list::Scope;
use crate::catalog::{BuiltIn, ColumnType, Modifiers};
use crate::meaning::literal::literal;
use crate::meaning::value::Value;
use crate::text::ddl::TypeName;
use crate::text::name;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child_that, function_name, is_type};

impl Executor<'_> {
    /// The type of an expression, where it is evident.
    pub(super) fn expression_type(&self, expression: &SyntaxNode, scope: &Scope) -> ColumnType {
        use SyntaxKind as K;
        let built_in = |name| ColumnType::BuiltIn { ty: BuiltIn::new(name), is_array: false };
        match expression.kind() {
            K::NAME_REF => {
                let name = name::identifier(expression);
                let mut found = None;
                for source in &scope.sources {
                    let Some(columns) = &source.columns else { return ColumnType::Unknown };
                    if let Some(column) = columns.iter().find(|column| column.name == name) {
                        if found.is_some() {
                            return ColumnType::Unknown;
                        }
                        found = Some(column.ty.clone());
                    }
                }
                found.unwrap_or(ColumnType::Unknown)
            }
            K::FIELD_EXPR => {
                let names: Vec<_> = expression.children().collect();
                let [table, column] = names.as_slice() else { return ColumnType::Unknown };
                if table.kind() != K::NAME_REF {
                    return ColumnType::Unknown;
                }
                let (table, column) = (name::identifier(table), name::identifier(column));
                let mut sources = scope.sources.iter().filter(|source| source.alias == table);
                let source = sources.next().filter(|_| sources.next().is_none());
                let columns = source.and_then(|source| source.columns.as_ref());
                let found = columns.and_then(|all| all.iter().find(|there| there.name == column));
                found.map_or(ColumnType::Unknown, |column| column.ty.clone())
            }
            K::CAST_EXPR => {
                let ty = child_that(expression, is_type);
                let ty = ty.and_then(|ty| TypeName::read(&ty.text().to_string()));
                ty.map_or(ColumnType::Unknown, |ty| self.column_type(&ty))
            }
            K::PAREN_EXPR => match expression.children().next() {
                Some(inner) => self.expression_type(&inner, scope),
                None => ColumnType::Unknown,
            },
            K::LITERAL => match literal(expression) {
                Value::Text(_) => built_in("text"),
                Value::Bool(_) => built_in("bool"),
                Value::Int(number) if i32::try_from(number).is_ok() => built_in("int4"),
                Value::Int(_) => built_in("int8"),
                _ => ColumnType::Unknown,
            },
            K::CASE_EXPR => self.common_type_of(&results(expression), scope),
            // The migrations may have functions of these names, though not with these arguments.
            K::CALL_EXPR => match &*function_name(expression) {
                "count" | "row_number" => built_in("int8"),
                "now" => built_in("timestamptz"),
                name => self.call_type(name, expression, scope),
            },
            _ => ColumnType::Unknown,
        }
    }

    /// The type of a call of one of `PostgreSQL`'s own functions that take values of any type, where its arguments are
    /// labels: of others it depends on which function of the name is meant.
    fn call_type(&self, name: &str, call: &SyntaxNode, scope: &Scope) -> ColumnType {
        let Some(arguments) = self.arguments_of_built_in(call) else { return ColumnType::Unknown };
        let ty = match name {
            "coalesce" | "greatest" | "least" => self.common_type_of(&arguments, scope),
            "array_agg" | "enum_first" | "enum_last" | "enum_range" | "first_value" | "lag"
            | "last_value" | "lead" | "max" | "min" | "nullif" => {
                let first = arguments.first();
                first.map_or(ColumnType::Unknown, |first| self.expression_type(first, scope))
            }
            _ => return ColumnType::Unknown,
        };
        // What becomes of a domain is another matter.
        let Some(labels) = self.labels_of(&ty) else { return ColumnType::Unknown };
        match name {
            "array_agg" | "enum_range" if labels.is_array => ColumnType::Unknown,
            "array_agg" | "enum_range" => ColumnType::Own { id: labels.ty, is_array: true },
            _ => ty,
        }
    }

    /// The type that expressions are brought to: that which all of them have, besides those that may have any.
    pub(super) fn common_type_of<'a>(
        &self,
        expressions: impl IntoIterator<Item = &'a SyntaxNode>,
        scope: &Scope,
    ) -> ColumnType {
        let mut common = None;
        let mut has_text = false;
        for expression in expressions {
            if expression.kind() == SyntaxKind::LITERAL {
                match literal(expression) {
                    Value::Null => continue,
                    Value::Text(_) => {
                        has_text = true;
                        continue;
                    }
                    _ => {}
                }
            }
            let ty = self.expression_type(expression, scope);
            if *common.get_or_insert_with(|| ty.clone()) != ty {
                return ColumnType::Unknown;
            }
        }
        match common {
            None if has_text => ColumnType::BuiltIn { ty: BuiltIn::new("text"), is_array: false },
            // A literal among them has no length, as `varchar(9)` has.
            Some(ty) if self.labels_of(&ty).is_some() => ty,
            Some(ColumnType::BuiltIn { ty, is_array }) if ty.modifiers == Modifiers::None => {
                ColumnType::BuiltIn { ty, is_array }
            }
            _ => ColumnType::Unknown,
        }
    }
}
