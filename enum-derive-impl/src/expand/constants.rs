//! The constants, rendered by `pg-enum-core`.

use pg_enum_core::Definition;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::target::Target;

/// The constant all others are parts of.
pub(crate) fn derived(
    target: &Target,
    definition: Definition<'_>,
    variants: &[Ident],
) -> TokenStream {
    let private = &target.private;
    let array = format!("{}[]", definition.name_sql());
    let labels = definition.labels_sql().to_string();
    let up = definition.up_sql().to_string();
    let down = definition.down_sql().to_string();
    let definition = expression(&target.krate, definition);
    quote! {
        const __DERIVED: &'static #private::Derived<Self> = &#private::Derived {
            definition: #definition,
            variants: &[#(Self::#variants),*],
            array_sql: #array,
            labels_sql: #labels,
            up_sql: #up,
            down_sql: #down,
        };
    }
}

/// The expression for a definition.
fn expression(krate: &TokenStream, definition: Definition<'_>) -> TokenStream {
    let Definition { schema, name, labels, renamed, removed, comment, .. } = definition;
    let mut tokens = quote!(#krate::Definition::new(#name, &[#(#labels),*]));
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
