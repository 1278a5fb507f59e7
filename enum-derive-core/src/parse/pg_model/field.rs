//! One field: what the attributes of both derives say, together.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::ToString;

use proc_macro2::Span;
use syn::ext::IdentExt;

use super::attributes::FieldAttributes;
use super::sqlx::SqlxField;
use super::{FieldSource, FieldValue, ModelField};
use crate::parse::{Errors, RenameRule, Text};

/// What the struct says of its fields.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) has_table: bool,
    pub(super) rename_all: Option<RenameRule>,
    pub(super) optional: bool,
}

impl Rules {
    /// Reads a field with a name. `unsaid` gets the error if nothing says which column it is.
    pub(super) fn read(
        self,
        field: &syn::Field,
        complete: Option<Span>,
        errors: &mut Errors,
        unsaid: &mut Errors,
    ) -> Option<ModelField> {
        let ident = field.ident.as_ref()?;
        let ours = FieldAttributes::read(&field.attrs, errors);
        let theirs = SqlxField::read(&field.attrs);
        contradictions(&ours, &theirs, errors);
        if let (Some(complete), Some(flatten)) = (complete, theirs.flatten) {
            errors.push(
                complete,
                "`complete` cannot be checked with a flattened field, whose columns this derive does not see; \
                 remove `complete`",
            );
            errors.push(flatten, "the flattened field is here");
        }
        let name = Text { value: ident.unraw().to_string(), span: ident.span() };
        let source = self.source(&name, &ours, &theirs, unsaid);
        let value = match theirs.json {
            Some(nullable) => FieldValue::Json { nullable },
            None => {
                theirs.try_from.map_or(FieldValue::Field, |ty| FieldValue::TryFrom(Box::new(ty)))
            }
        };
        Some(ModelField {
            name,
            source,
            value,
            nullable: ours.nullable.is_some(),
            optional: theirs.default || self.optional,
        })
    }

    fn source(
        self,
        name: &Text,
        ours: &FieldAttributes,
        theirs: &SqlxField,
        unsaid: &mut Errors,
    ) -> FieldSource {
        let no_column = [ours.skip, ours.computed, theirs.skip, theirs.flatten];
        if no_column.into_iter().any(|said| said.is_some()) {
            return FieldSource::None;
        }
        if let Some(path) = &ours.from {
            return FieldSource::From(path.clone());
        }
        if !self.has_table {
            match &ours.column {
                Some(column) => unsaid.push(
                    column.span,
                    format!("the struct names no table; write `from = \"table.{}\"`", column.value),
                ),
                None => unsaid.push(
                    name.span,
                    format!(
                        "field `{field}` names no column, and the struct no table; add `#[pg_model(from = \
                         \"table.{field}\")]`, `#[pg_model(computed)]` or `#[pg_model(skip)]`",
                        field = name.value
                    ),
                ),
            }
            return FieldSource::None;
        }
        let by_rule = || Text {
            value: self
                .rename_all
                .map_or_else(|| name.value.clone(), |rule| rule.apply(&name.value)),
            span: name.span,
        };
        let said = ours.column.clone().or_else(|| theirs.rename.clone());
        FieldSource::Column(said.unwrap_or_else(by_rule))
    }
}

/// Two attributes that cannot both be meant.
fn contradictions(ours: &FieldAttributes, theirs: &SqlxField, errors: &mut Errors) {
    let column = ours.column.as_ref().map(|column| column.span);
    let from = ours.from.as_ref().map(|from| from.span);
    let mut refuse = |why: &str, said: &[Option<Span>]| {
        for span in said.iter().flatten() {
            errors.push(*span, format!("remove this, because {why}"));
        }
    };
    let all = [column, from, ours.nullable, ours.computed];
    if ours.skip.is_some() {
        refuse("the field has `skip` and is not compared", &all);
    } else if theirs.skip.is_some() {
        refuse("sqlx does not read a field with `skip` from the row", &all);
    } else if theirs.flatten.is_some() {
        refuse("a flattened field is not a column", &all);
    } else if ours.computed.is_some() {
        refuse("the field is `computed` and has no column", &all[..3]);
    } else if from.is_some() {
        refuse("`from` names the column", &[column]);
    }
    if let (Some(column), Some(rename)) = (&ours.column, &theirs.rename) {
        if column.value != rename.value {
            errors.push(
                column.span,
                format!(
                    "`sqlx::FromRow` has the column {:?} for this field, and `PgModel` has {:?}; let both say the \
                     same",
                    rename.value, column.value
                ),
            );
            errors.push(rename.span, "the column of `sqlx::FromRow` is here");
        }
    }
}
