//! The constant all others are parts of, with the SQL that `pg-enum-core` renders.

use pg_enum_core::Definition;
use proc_macro2::{Ident, Literal, TokenStream};
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
    let ascii_array_sql = format!("{}[]", definition.ascii_name_sql());
    let labels_sql = definition.labels_sql().to_string();
    let is_plain = is_plain(definition);
    let up_sql = lines(&definition.up_sql().to_string(), is_plain);
    let down_sql = lines(&definition.down_sql().to_string(), is_plain);
    quote! {
        const __DERIVED: #private::Derived<Self> = #private::Derived {
            schema: #schema,
            name: #name,
            labels: &[#(#labels),*],
            variants: &[#(Self::#variants),*],
            hints: #hints,
            name_sql: #name_sql,
            ascii_array_sql: #ascii_array_sql,
            labels_sql: #labels_sql,
            up_sql: #up_sql,
            down_sql: #down_sql,
        };
    }
}

fn hints(target: &Target, definition: Definition<'_>) -> TokenStream {
    let Target { krate, private, .. } = target;
    let Definition { renamed, removed, comment, .. } = definition;
    if renamed.is_empty() && removed.is_empty() && comment.is_none() {
        return quote!(#private::NO_HINTS);
    }
    let renamed = renamed.iter().map(|entry| {
        let (label, was) = (entry.label, entry.was);
        quote!(#krate::Renamed { label: #label, was: #was })
    });
    let removed = removed.iter().map(|entry| {
        let (label, replacement) = (entry.label, option(target, entry.replacement));
        quote!(#krate::Removed { label: #label, replacement: #replacement })
    });
    let comment = option(target, comment);
    quote! {
        #private::Hints {
            renamed: &[#(#renamed),*],
            removed: &[#(#removed),*],
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

/// Whether all that an author has written can be seen. The compiler refuses a literal that turns the
/// direction of writing, and takes the carriage return off the end of a line.
fn is_plain(definition: Definition<'_>) -> bool {
    let Definition { schema, name, labels, comment, .. } = definition;
    let mut texts = labels.iter().copied().chain([name]).chain(schema).chain(comment);
    texts.all(|text| {
        text.chars().all(|c| matches!(c, ' '..='~' | '\n') || c.escape_debug().len() == 1)
    })
}

/// A text of several lines: if it is plain as a raw string, which people read and the compiler need
/// not unescape.
fn lines(text: &str, is_plain: bool) -> Literal {
    if !is_plain {
        return Literal::string(text);
    }
    let longest_run = text
        .split('"')
        .skip(1)
        .map(|after| after.bytes().take_while(|&byte| byte == b'#').count())
        .max();
    let fence = "#".repeat(longest_run.map_or(0, |run| run + 1));
    format!("r{fence}\"{text}\"{fence}").parse().unwrap_or_else(|_| Literal::string(text))
}

#[cfg(test)]
mod tests {
    use pg_enum_core::Definition;

    use super::{is_plain, lines};

    #[test]
    fn literals_hold_any_text() {
        for text in ["", "plain\n", "a \"quoted\" one", "\"#", "##\"##\"#", "\\ \u{1f600}"] {
            for is_plain in [true, false] {
                let literal: syn::LitStr =
                    syn::parse_str(&lines(text, is_plain).to_string()).expect(text);
                assert_eq!(literal.value(), text);
            }
        }
    }

    #[test]
    fn what_cannot_be_seen_is_not_plain() {
        for label in ["a b\n", "naïve", "日本", "'\"\\"] {
            assert!(is_plain(Definition::new("t", &[label])), "{label:?}");
        }
        for label in ["\r\n", "\u{202e}", "\u{feff}", "\0", "\u{7f}"] {
            assert!(!is_plain(Definition::new("t", &["a", label])), "{label:?}");
            assert!(!is_plain(Definition::new(label, &["a"])), "{label:?}");
            assert!(!is_plain(Definition::new("t", &["a"]).in_schema(label)), "{label:?}");
            assert!(!is_plain(Definition::new("t", &["a"]).with_comment(label)), "{label:?}");
        }
    }
}
