//! `derive(sqlx::FromRow)`. Its attributes are read as `PgModel` reads them, which stands beside it.

use pg_enum_core::parse::{FieldSource, FieldValue, Model, ModelField, parse_row};
use syn::{DeriveInput, Fields, ItemStruct};

use super::types::{Names, field_type};
use super::{FieldType, FoundColumn};

/// The columns that the derive reads by name; what it is that has no names, in words.
pub(super) fn columns(item: &ItemStruct, names: &Names<'_>) -> Result<Vec<FoundColumn>, String> {
    if !matches!(item.fields, Fields::Named(_)) {
        return Err("its fields are read by position".to_owned());
    }
    let Model { fields, .. } = parse_row(&DeriveInput::from(item.clone()));
    Ok(found_columns(item, fields, names))
}

/// The columns of the fields that have one.
pub(super) fn found_columns(
    item: &ItemStruct,
    fields: Vec<ModelField>,
    names: &Names<'_>,
) -> Vec<FoundColumn> {
    let fields = item.fields.iter().zip(fields);
    fields.filter_map(|(syntax, field)| column(syntax, field, names)).collect()
}

fn column(syntax: &syn::Field, field: ModelField, names: &Names<'_>) -> Option<FoundColumn> {
    let FieldSource::Column(column) = field.source else { return None };
    let (ty, json) = match &field.value {
        FieldValue::Field => (field_type(&syntax.ty, names), None),
        FieldValue::TryFrom(ty) => (field_type(ty, names), None),
        FieldValue::Json { nullable } => {
            let ty = field_type(&syntax.ty, names);
            (
                FieldType { holds: pg_enum_core::column::Holds::UNKNOWN, named: None, ..ty },
                Some(*nullable),
            )
        }
    };
    Some(FoundColumn {
        field: field.name.value,
        name: column.value,
        at: column.span.byte_range(),
        is_optional: field.optional,
        json,
        ty,
    })
}
