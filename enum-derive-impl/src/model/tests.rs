//! Errors that only a record, or none, can cause.

use std::fs;

use quote::quote;

fn order() -> syn::DeriveInput {
    syn::parse_quote!(
        #[pg_model(table = "orders")]
        struct Order {
            id: i64,
            nothing: Vec<i64>,
        }
    )
}

/// The errors of a derive with this text as the record.
fn errors(input: syn::DeriveInput, record: &str) -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("record");
    fs::write(&path, record).expect("a file");
    let variable = format!("{}#{}", path.display(), path.display());
    let code = super::derive(input, Some(&variable)).to_string();
    code.split_once(":: core :: compile_error").map_or(String::new(), |(_, errors)| errors.into())
}

const ORDERS: &str = "pg-enum record 1\ndefault\tpublic\ntables\ntable\tpublic\torders\t1.sql\t1\n\
    column\tid\tnot-null\tfilled\t1.sql\t2\tpg_catalog\tint8\tvalue\tbigint\n";

#[test]
fn a_column_is_looked_up() {
    let message = "public.orders has no column \\\"nothing\\\" (created at 1.sql:1)";
    let errors = errors(order(), ORDERS);
    assert!(errors.contains(message), "{errors}");
}

#[test]
fn a_record_without_tables_is_told() {
    let text = "pg-enum record 1\ndefault\tpublic\n";
    let errors = errors(order(), text);
    assert!(errors.contains("the record has no tables, because an earlier version"), "{errors}");
}

#[test]
fn a_record_that_is_not_one_is_told() {
    let errors = errors(order(), "something else");
    assert!(errors.contains("cannot check this model against the migrations"), "{errors}");
}

#[test]
fn an_external_model_is_not_looked_up() {
    let external = syn::parse_quote!(
        #[pg_model(table = "orders", external)]
        struct Order {
            nothing: i64,
        }
    );
    assert_eq!(errors(external, "something else"), "");
}

#[test]
fn an_invalid_model_is_not_looked_up() {
    let invalid = syn::parse_quote!(
        #[pg_model(table = "orders", colour)]
        struct Order {
            nothing: i64,
        }
    );
    let errors = errors(invalid, "something else");
    assert!(errors.contains("colour") && !errors.contains("migrations"), "{errors}");
}

#[test]
fn a_type_is_written_without_the_parameters_of_the_struct() {
    let input: syn::DeriveInput = syn::parse_quote!(
        #[pg_model(table = "t")]
        struct T<'a, A, const N: usize> {
            a: &'a [Cow<'a, str>],
            b: Vec<A>,
            c: [i32; N],
            d: Box<dyn for<'b> Fn(&'b str)>,
            #[sqlx(try_from = "Cow<'a, str>")]
            e: A,
            #[sqlx(json)]
            f: i32,
            g: <A as Trait>::X,
            h: a::A2,
        }
    );
    let (model, _) = pg_enum_core::parse::parse_model(&input);
    let types = super::types::of_fields(&input, &model);
    let types: Vec<_> =
        types.iter().map(|ty| ty.as_ref().map(|ty| ty.tokens.to_string())).collect();
    let text = |tokens: proc_macro2::TokenStream| Some(tokens.to_string());
    assert_eq!(
        types,
        [
            text(quote!(&'static [Cow<'static, str>])),
            None,
            None,
            text(quote!(Box<dyn for<'b> Fn(&'b str)>)),
            text(quote!(Cow<'static, str>)),
            None,
            None,
            text(quote!(a::A2)),
        ]
    );
}

#[test]
fn a_struct_may_name_itself() {
    let input: syn::DeriveInput = syn::parse_quote!(
        struct Node {
            next: Option<Box<Self>>,
        }
    );
    let (model, _) = pg_enum_core::parse::parse_model(&input);
    let types = super::types::of_fields(&input, &model);
    let next = types[0].as_ref().map(|ty| ty.tokens.to_string().replace(' ', ""));
    assert_eq!(next.as_deref(), Some("Option<Box<Node>>"));
}
