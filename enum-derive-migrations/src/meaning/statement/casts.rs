//! Casts to labels and from them.

use super::conversions::OF_NO_STRING;
use super::executor::Executor;
use super::labelled::Labelled;
use crate::catalog::ColumnType;
use crate::ground::{Done, Refusal};
use crate::meaning::expression::Env;
use crate::text::node::{SyntaxKind, SyntaxNode};
use crate::text::syntax::{child_that, is_expression, is_type};

/// The types that are cast to any other by way of their text (`find_coercion_pathway` in `parse_coerce.c`: those of the
/// string category), as messages have them.
const STRINGS: [&str; 6] = ["\"char\"", "bpchar", "character", "character varying", "name", "text"];

impl Executor<'_> {
    /// `'ok'::mood`, `CAST ('ok' AS mood)`, `mood 'ok'`, and the same of arrays.
    pub(super) fn check_cast(&self, node: &SyntaxNode, env: &Env) -> Done {
        let (value, ty) = (child_that(node, is_expression), child_that(node, is_type));
        let (Some(value), Some(ty)) = (value, ty) else { return Ok(()) };
        let Some(labels) = self.labelled_type(&ty) else {
            return self.check_cast_of_labels(&value, &self.column_type_of(&ty), env);
        };
        // Elements are converted one by one.
        if value.kind() == SyntaxKind::ARRAY_EXPR && labels.is_array {
            return value.children().try_for_each(|it| self.check_use(&it, labels.element(), env));
        }
        self.check_use(&value, labels, env)?;
        match self.other_type(&value, labels, env) {
            Some(from) if !is_cast_to(labels, &from) => {
                let to = self.name_of_labels(labels);
                let text = if labels.is_array { "text[]" } else { "text" };
                Err(cannot_cast(&from, &to)
                    .at(&env.origin.of(&value))
                    .help(format!("convert it by way of text: `(…)::{text}::{to}`")))
            }
            _ => Ok(()),
        }
    }

    /// `column::int`: labels are cast to nothing but strings, unless somebody creates a cast.
    fn check_cast_of_labels(&self, value: &SyntaxNode, to: &ColumnType, env: &Env) -> Done {
        let ColumnType::BuiltIn { ty, is_array } = to else { return Ok(()) };
        if !OF_NO_STRING.contains(&ty.name) || self.may_convert() {
            return Ok(());
        }
        let Some(labels) = self.labelled(value, env) else { return Ok(()) };
        let to = format!("{}{}", ty.without_modifiers(), if *is_array { "[]" } else { "" });
        Err(cannot_cast(&self.name_of_labels(labels), &to).at(&env.origin.of(value)))
    }
}

/// Whether there is a cast to labels from a type of `PostgreSQL`'s own: from strings, and from arrays of them to arrays.
fn is_cast_to(labels: Labelled, from: &str) -> bool {
    let element = from.strip_suffix("[]").filter(|_| labels.is_array);
    STRINGS.contains(&element.unwrap_or(from))
}

fn cannot_cast(from: &str, to: &str) -> Refusal {
    Refusal::new("42846", format!("cannot cast type {from} to {to}")).about_anything()
}
