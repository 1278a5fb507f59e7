//! Validates the content.

use alloc::format;

use super::{FieldSource, Model};
use crate::parse::{Errors, Text};
use crate::violation::{describe, problem_of};

/// All errors in the content of a model: names that PostgreSQL cannot have, and two fields for one column.
#[must_use]
pub fn validate_model(model: &Model) -> Errors {
    let mut errors = Errors::default();
    let mut check = |what: &str, text: &str, span| {
        if let Some(problem) = problem_of(text) {
            errors.push(span, describe(what, problem));
        }
    };
    for (what, text) in [("table name", &model.table), ("schema", &model.schema)] {
        if let Some(Text { value, span }) = text {
            check(what, value, *span);
        }
    }
    for field in &model.fields {
        match &field.source {
            FieldSource::Column(column) => check("column name", &column.value, column.span),
            FieldSource::From(path) => {
                if let Some(schema) = &path.schema {
                    check("schema", schema, path.span);
                }
                check("table name", &path.table, path.span);
                check("column name", &path.column, path.span);
            }
            FieldSource::None => {}
        }
    }
    duplicates(model, &mut errors);
    errors
}

fn duplicates(model: &Model, errors: &mut Errors) {
    let columns = model.fields.iter().filter_map(|field| match &field.source {
        FieldSource::Column(column) => Some((field, column)),
        _ => None,
    });
    for (index, (_, column)) in columns.clone().enumerate() {
        let earlier = columns.clone().take(index).find(|(_, other)| other.value == column.value);
        if let Some((field, first)) = earlier {
            errors.push(column.span, format!("duplicate column {:?}", column.value));
            let message =
                format!("column {:?} is first that of `{}`", column.value, field.name.value);
            errors.push(first.span, message);
        }
    }
}
