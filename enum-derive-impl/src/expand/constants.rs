//! The constants, rendered by `pg-enum-core`.

use pg_enum_core::Definition;
use proc_macro2::TokenStream;
use quote::quote;

/// The expression for a definition.
pub(crate) fn definition(krate: &TokenStream, definition: Definition<'_>) -> TokenStream {
    let Definition { schema, name, renamed, removed, comment, .. } = definition;
    let mut tokens = quote!(#krate::Definition::new(#name, Self::LABELS));
    if let Some(schema) = schema {
        tokens.extend(quote!(.in_schema(#schema)));
    }
    if !renamed.is_empty() {
        let entries = renamed.iter().map(|entry| {
            let (label, was) = (entry.label, entry.was);
            quote!(#krate::Renamed { label: #label, was: #was })
        });
        tokens.extend(quote!(.with_renamed(&[#(#entries),*])));
    }
    if !removed.is_empty() {
        let entries = removed.iter().map(|entry| {
            let label = entry.label;
            let replacement = match entry.replacement {
                Some(label) => quote!(::core::option::Option::Some(#label)),
                None => quote!(::core::option::Option::None),
            };
            quote!(#krate::Removed { label: #label, replacement: #replacement })
        });
        tokens.extend(quote!(.with_removed(&[#(#entries),*])));
    }
    if let Some(comment) = comment {
        tokens.extend(quote!(.with_comment(#comment)));
    }
    tokens
}

/// Every `…_SQL` constant.
pub(crate) fn sql(definition: Definition<'_>) -> TokenStream {
    let name = definition.name_sql().to_string();
    let labels = definition.labels_sql().to_string();
    let create = definition.create_sql().to_string();
    let drop = definition.drop_sql().to_string();
    let up = definition.up_sql().to_string();
    let down = definition.down_sql().to_string();
    quote! {
        const NAME_SQL: &'static ::core::primitive::str = #name;
        const LABELS_SQL: &'static ::core::primitive::str = #labels;
        const CREATE_SQL: &'static ::core::primitive::str = #create;
        const DROP_SQL: &'static ::core::primitive::str = #drop;
        const UP_SQL: &'static ::core::primitive::str = #up;
        const DOWN_SQL: &'static ::core::primitive::str = #down;
    }
}
