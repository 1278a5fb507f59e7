//! `derive(pg_enum::PgModel)`, which the compiler holds against the migrations as well, where a build script or a record
//! gives it these.

use pg_enum_core::parse::{Model, parse_model};
use syn::{DeriveInput, ItemStruct};

use super::from_row::found_columns;
use super::types::Names;
use super::{FoundModel, TableRef};

/// Adds the table and the columns; what is not understood is said in words.
pub(super) fn read(item: &ItemStruct, names: &Names<'_>, found: &mut FoundModel) {
    let (model, errors) = parse_model(&DeriveInput::from(item.clone()));
    if !errors.is_empty() {
        found.unclear = Some("the derive refuses its attributes".to_owned());
        return;
    }
    let Model { table, schema, complete, external, fields, .. } = model;
    (found.is_complete, found.is_external) = (complete, external);
    found.table = table.map(|name| TableRef {
        schema: schema.map(|schema| schema.value),
        name: name.value,
        at: name.span.byte_range(),
    });
    if found.table.is_some() {
        found.columns = found_columns(item, fields, names);
    }
}
