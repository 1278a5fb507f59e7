//! `impl PgModel`: the constants.

use pg_enum_core::Ident;
use pg_enum_core::model::Comparison;
use pg_enum_core::parse::{FieldSource, Model};
use proc_macro2::{Span, TokenStream};
use quote::quote;

use crate::expand::target::{Target, placed_at};

/// The impl; nothing for a row of several tables. `comparison` is what the migrations say, if that is known, and
/// `is_sound` whether there are no errors.
pub(super) fn facts(
    model: &Model,
    target: &Target,
    comparison: Option<&Comparison<'_>>,
    is_sound: bool,
) -> TokenStream {
    if model.table.is_none() && is_sound {
        return TokenStream::new();
    }
    let private = &target.private;
    let table = table_sql(model);
    let columns: Vec<(usize, &str)> = model
        .fields
        .iter()
        .enumerate()
        .filter_map(|(index, field)| match &field.source {
            FieldSource::Column(column) => Some((index, &*column.value)),
            _ => None,
        })
        .filter(|(index, _)| comparison.is_none_or(|comparison| comparison.selected[*index]))
        .collect();
    let names = columns.iter().map(|(_, name)| *name);
    let sql = list(names.clone());
    let inserted: Vec<&str> = match comparison.and_then(|comparison| comparison.inserted.as_ref()) {
        Some(inserted) => {
            let inserted = columns.iter().filter(|(index, _)| inserted[*index]);
            inserted.map(|(_, name)| *name).collect()
        }
        None => Vec::new(),
    };
    let is_untold = comparison.is_none_or(|comparison| comparison.inserted.is_none());
    let untold = (is_untold && is_sound).then(|| untold_insert(target, model.ident.span()));
    let inserted_sql = list(inserted.iter().copied());
    target.implement(
        &quote!(PgModel),
        &quote! {
            const __FACTS: #private::ModelFacts = #private::ModelFacts {
                table: #table,
                columns: &[#(#names),*],
                columns_sql: #sql,
                insert_columns: &[#(#inserted),*],
                insert_columns_sql: #inserted_sql,
            };
            #untold
        },
    )
}

fn table_sql(model: &Model) -> String {
    let name = model.table.as_ref().map_or("", |table| &*table.value);
    match &model.schema {
        Some(schema) => format!("{}.{}", Ident(&schema.value), Ident(name)),
        None => Ident(name).to_string(),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| Ident(name).to_string()).collect();
    names.join(", ")
}

/// The constants that the migrations alone tell, as an error at the struct's name: computed, and so reported, only if they
/// are used.
fn untold_insert(Target { private, .. }: &Target, name: Span) -> TokenStream {
    let call = placed_at(name, quote!(#private::untold_insert()));
    let call_sql = placed_at(name, quote!(#private::untold_insert_sql()));
    quote! {
        const INSERT_COLUMNS: &'static [&'static #private::str] = #call;
        const INSERT_COLUMNS_SQL: &'static #private::str = #call_sql;
    }
}
