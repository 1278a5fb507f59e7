//! The comparison of the types, which the compiler carries out: a constant for each field.

use pg_enum_core::column::keys;
use pg_enum_core::model::Comparison;
use pg_enum_core::parse::{Model, ModelField};
use pg_enum_core::record::{RecordedColumn, RecordedTable};
use pg_enum_core::visible;
use proc_macro2::{Delimiter, Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::types::ConcreteType;
use crate::expand::target::Target;

/// The constants for all fields with a column and a type that is known.
pub(super) fn checks(
    types: Vec<Option<ConcreteType>>,
    allowed: &TokenStream,
    model: &Model,
    comparison: &Comparison<'_>,
    default_schema: &str,
    target: &Target,
) -> TokenStream {
    let fields = types.into_iter().zip(&model.fields).zip(&comparison.columns);
    let checks: Vec<TokenStream> = fields
        .filter_map(|((ty, field), column)| {
            let (table, column) = (*column)?;
            let nullability = nullability(model, field, column);
            if column.types.is_empty() && nullability == "Unknown" {
                return None;
            }
            Some(check(ty?, table, column, default_schema, nullability))
        })
        .collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    let private = &target.private;
    quote! {
        #allowed
        const _: () = {
            use #private::{self as __p, Untold as _};
            #(#checks)*
        };
    }
}

/// Which of the constants in the hidden module the column has.
fn nullability(model: &Model, field: &ModelField, column: &RecordedColumn) -> &'static str {
    match column.not_null {
        _ if field.nullable => "Marked",
        Some(false) => "Nullable",
        Some(true) if model.strict_null => "Never",
        _ => "Unknown",
    }
}

fn check(
    ConcreteType { allowed, tokens: ty, start, end }: ConcreteType,
    table: &RecordedTable,
    column: &RecordedColumn,
    default_schema: &str,
    nullability: &str,
) -> TokenStream {
    let sql = column.types.first().map_or("", |ty| &*ty.sql);
    let name = format!("{}.{}.{}", table.schema, table.name, column.name);
    let lines = [&*name, sql, &column.at.to_string(), default_schema];
    let text = lines.map(|line| visible(line).to_string()).join("\n");
    let keys = keys(&column.types, default_schema).into_iter().map(Literal::u64_unsuffixed);
    let nullability = Ident::new(nullability, Span::call_site());
    let arguments = quote!(__p::Probe::<#ty>::HOLDS, [#(#keys),*], __p::#nullability, #text);
    // The call has the author's spans, from the first to the last token of the type: so the error points to the type,
    // and not also to the derive.
    let mut call: TokenStream = quote_spanned!(start=> __p::hold);
    let mut arguments = Group::new(Delimiter::Parenthesis, arguments);
    arguments.set_span(end);
    call.extend([TokenTree::Group(arguments)]);
    quote!(#allowed const _: () = #call;)
}

/// A warning for each table whose columns cannot be told.
///
/// A derive cannot warn, but the use of something deprecated is a warning with a text; the span is the author's, because the
/// compiler keeps warnings about a macro's code to itself.
pub(super) fn untold(model: &Model, comparison: &Comparison<'_>) -> TokenStream {
    let warnings = comparison.untold.iter().map(|untold| {
        let note = untold.to_string();
        let span = model.span_of(untold.place);
        quote_spanned! {span=>
            const _: () = {
                #[deprecated(note = #note)]
                const NOT_CHECKED: () = ();
                NOT_CHECKED
            };
        }
    });
    warnings.collect()
}
