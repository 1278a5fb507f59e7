//! The output of the macro, formatted like rustfmt's, but with multi-line strings as raw strings. `UPDATE_EXPECT=1
//! cargo test` rewrites the snapshots.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::{Group, TokenStream, TokenTree};
use quote::quote;

fn check(input: TokenStream, expected: &ExpectFile) {
    let input = syn::parse2(input).expect("the input is an item");
    let expansion = with_raw_strings(crate::derive(input, None));
    let file = syn::parse2(expansion).expect("the expansion is a list of items");
    expected.assert_eq(&prettyplease::unparse(&file));
}

fn with_raw_strings(tokens: TokenStream) -> TokenStream {
    let readable = |token| match token {
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), with_raw_strings(group.stream())).into()
        }
        TokenTree::Literal(literal) => match syn::parse_str::<syn::LitStr>(&literal.to_string()) {
            Ok(text) if text.value().contains('\n') => TokenTree::Literal(
                format!("r#\"{}\"#", text.value()).parse().expect("no text has `\"#` in it"),
            ),
            _ => literal.into(),
        },
        token => token,
    };
    tokens.into_iter().map(readable).collect()
}

#[test]
fn a_plain_enum() {
    check(
        quote! {
            #[pg_enum(name = "draft_status", schema = "app")]
            pub enum DraftStatus {
                Streaming,
                Partial,
                #[pg_enum(rename = "done")]
                Complete,
            }
        },
        &expect_file!["../../snapshots/plain.rs"],
    );
}

#[test]
fn every_attribute() {
    check(
        quote! {
            /// How far an import has come.
            #[pg_enum(crate = crate::reexported::pg_enum, schema = "app", rename_all = "snake_case")]
            #[pg_enum(was = "public.\"import.state\"")]
            #[pg_enum(comment, removed("paused" => Running, "lost" => NULL))]
            #[pg_enum(retired("draft", "gone" => Running, "old" => NULL))]
            #[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
            enum ImportState {
                Queued,
                #[pg_enum(was = "active", alias = "busy", alias = "working")]
                Running,
                r#Try,
                #[pg_enum(other)]
                Other(String),
            }
        },
        &expect_file!["../../snapshots/every_attribute.rs"],
    );
}

#[test]
fn mistakes_come_with_a_stand_in() {
    check(
        quote! {
            #[pg_enum(rename_all = "lowercase", color = "red")]
            enum Casing<T> {
                HTTP,
                Http,
                Data(T),
            }
        },
        &expect_file!["../../snapshots/mistakes.rs"],
    );
}
