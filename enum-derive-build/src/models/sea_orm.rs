//! `DeriveEntityModel`, as SeaORM 0.8 to 2.0 derive it.
//!
//! The rules are those of `derives/entity_model.rs` and `derives/column.rs` in sea-orm-macros 1.1.20 and 2.0.4: a column is
//! a field's `column_name`; or its `enum_name` in snake case; or its name, by `rename_all` or in snake case. Every query
//! of `find` names all columns.

use heck::{ToSnakeCase, ToUpperCamelCase};
use pg_enum_core::column::Holds;
use pg_enum_core::parse::{RenameRule, Text};
use syn::ext::IdentExt;
use syn::{Fields, ItemStruct, Type};

use super::types::{Names, field_type};
use super::{FoundColumn, TableRef};
use crate::foreign::attributes::{Attributes, Value};

/// The types of SeaORM 2 for fields that are rows of other tables.
const RELATIONS: [&str; 3] = ["HasOne", "HasMany", "BelongsTo"];

/// The table and the columns; what is not understood, in words.
pub(super) fn read(
    item: &ItemStruct,
    names: &Names<'_>,
) -> Result<(TableRef, Vec<FoundColumn>), String> {
    let Fields::Named(fields) = &item.fields else {
        return Err("its fields have no names".to_owned());
    };
    let unreadable = || "its `#[sea_orm(…)]` cannot be read".to_owned();
    let (mut table, mut schema, mut rename_all) = (None, None, None);
    let arguments = Attributes::of(&item.attrs).arguments("sea_orm");
    for argument in arguments.map_err(|_| unreadable())? {
        let slot = match &*argument.key {
            "table_name" => &mut table,
            "schema_name" => &mut schema,
            "rename_all" => &mut rename_all,
            _ => continue,
        };
        *slot = Some(argument.into_text().map_err(|_| unreadable())?);
    }
    let Some(Text { value: name, span }) = table else {
        return Err("the impl of `EntityName` names its table".to_owned());
    };
    let rule = match rename_all {
        None => None,
        Some(name) => Some(
            RenameRule::from_name(&name.value)
                .ok_or_else(|| format!("{:?} is not a rename rule", name.value))?,
        ),
    };
    let table = TableRef { schema: schema.map(|schema| schema.value), name, at: span.byte_range() };
    let mut columns = Vec::new();
    for field in &fields.named {
        columns.extend(column(field, rule, names)?);
    }
    Ok((table, columns))
}

fn column(
    field: &syn::Field,
    rule: Option<RenameRule>,
    names: &Names<'_>,
) -> Result<Option<FoundColumn>, String> {
    let Some(ident) = &field.ident else { return Ok(None) };
    if is_relation(&field.ty) {
        return Ok(None);
    }
    let field_name = ident.unraw().to_string();
    let unreadable = |_| format!("the attributes of `{field_name}` cannot be read");
    let (mut column, mut variant, mut is_cast) = (None, None, false);
    for argument in Attributes::of(&field.attrs).arguments("sea_orm").map_err(unreadable)? {
        match &*argument.key {
            "ignore" if matches!(argument.value, Value::Nothing) => return Ok(None),
            "column_name" => column = Some(argument.into_text().map_err(unreadable)?),
            "enum_name" => variant = Some(argument.into_text().map_err(unreadable)?),
            "select_as" => is_cast = true,
            _ => {}
        }
    }
    let mut at = ident.span().byte_range();
    let name = match (column, rule, variant) {
        (Some(column), ..) => {
            at = column.span.byte_range();
            column.value
        }
        (None, Some(rule), _) => rule.apply(&field_name.to_upper_camel_case()),
        (None, None, Some(variant)) => variant.value.to_snake_case(),
        (None, None, None) => field_name.to_snake_case(),
    };
    let mut ty = field_type(&field.ty, names);
    if is_cast {
        ty.holds = Holds::UNKNOWN;
        ty.named = None;
    }
    let field = field_name;
    Ok(Some(FoundColumn { field, name, at, is_optional: false, json: None, ty }))
}

fn is_relation(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.path.segments.last().is_some_and(|last| RELATIONS.iter().any(|name| last.ident == name))
}
