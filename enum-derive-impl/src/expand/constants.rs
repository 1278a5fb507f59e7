//! The constant that all other constants are parts of, with the SQL that `pg-enum-core` renders.

use pg_enum_core::{Definition, RetiredRows};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::target::Target;

pub(crate) fn derived(
    target: &Target,
    definition: Definition<'_>,
    variants: &[Ident],
) -> TokenStream {
    let private = &target.private;
    let Definition { schema, name, labels, .. } = definition;
    let schema = option(target, schema);
    let hints = hints(target, definition);
    let name_sql = definition.name_sql().to_string();
    let quoted_sql = definition.quoted_name_sql().to_string();
    let inner_sql = quoted_sql.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let inner_sql = inner_sql.unwrap_or_default();
    let ascii_array_sql = format!("{}[]", definition.ascii_name_sql());
    let labels_sql = definition.labels_sql().to_string();
    let create_sql = definition.create_sql().to_string();
    let drop_sql = definition.drop_sql().to_string();
    quote! {
        const __DERIVED: #private::Derived<Self> = #private::Derived {
            schema: #schema,
            name: #name,
            labels: &[#(#labels),*],
            variants: &[#(Self::#variants),*],
            hints: #hints,
            name_sql: #name_sql,
            inner_sql: #inner_sql,
            ascii_array_sql: #ascii_array_sql,
            labels_sql: #labels_sql,
            create_sql: #create_sql,
            drop_sql: #drop_sql,
        };
    }
}

fn hints(target: &Target, definition: Definition<'_>) -> TokenStream {
    let Target { krate, private, .. } = target;
    let Definition { was, renamed, removed, retired, comment, .. } = definition;
    let lists_are_empty = renamed.is_empty() && removed.is_empty() && retired.is_empty();
    if was.is_none() && lists_are_empty && comment.is_none() {
        return quote!(#private::NO_HINTS);
    }
    let was = match was {
        Some(was) => {
            let (schema, name) = (option(target, was.schema), was.name);
            quote!(#private::Some(#krate::Former { schema: #schema, name: #name }))
        }
        None => quote!(#private::None),
    };
    let renamed = renamed.iter().map(|entry| {
        let (label, was) = (entry.label, entry.was);
        quote!(#krate::Renamed { label: #label, was: #was })
    });
    let removed = removed.iter().map(|entry| {
        let (label, replacement) = (entry.label, option(target, entry.replacement));
        quote!(#krate::Removed { label: #label, replacement: #replacement })
    });
    let retired = retired.iter().map(|entry| {
        let label = entry.label;
        let rows = match entry.rows {
            RetiredRows::Unchanged => quote!(Unchanged),
            RetiredRows::Label(label) => quote!(Label(#label)),
            RetiredRows::Null => quote!(Null),
        };
        quote!(#krate::Retired { label: #label, rows: #krate::RetiredRows::#rows })
    });
    let comment = option(target, comment);
    quote! {
        #private::Hints {
            was: #was,
            renamed: &[#(#renamed),*],
            removed: &[#(#removed),*],
            retired: &[#(#retired),*],
            comment: #comment,
        }
    }
}

fn option(target: &Target, text: Option<&str>) -> TokenStream {
    let private = &target.private;
    match text {
        Some(text) => quote!(#private::Some(#text)),
        None => quote!(#private::None),
    }
}
