//! Names as sea-query has them: literals, and enums that derive `Iden`.
//!
//! `DeriveIden` of SeaORM (`sea-orm-macros/src/derives/derive_iden.rs` in 0.12 to 2.0) makes the enum's own name in snake
//! case of `Table`, and each other variant's name in snake case of that variant, unless `#[sea_orm(iden = "…")]` says
//! otherwise. `Iden` of sea-query (`sea-query-derive/src/iden` in 0.4) does the same with `#[iden = "…"]`, which may stand
//! on the enum as well, for `Table`.

use heck::ToSnakeCase;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Fields, Item, ItemEnum, Lit, LitStr, Meta, Token, Variant};

use super::function::File;

/// The name that an expression is.
pub(super) fn name(expression: &Expr, file: &File) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Reference(inner) => name(&inner.expr, file),
        Expr::Paren(inner) => name(&inner.expr, file),
        Expr::MethodCall(call)
            if ["into_iden", "to_string", "into", "to_owned", "clone"]
                .iter()
                .any(|keeps| call.method == keeps) =>
        {
            name(&call.receiver, file)
        }
        // `Alias::new("mood")`
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let mut segments = path.path.segments.iter().rev();
            let is_new =
                segments.next().is_some_and(|last| last.ident == "new" || last.ident == "from");
            let of = segments.next()?.ident.to_string();
            let is_name = is_new && ["Alias", "DynIden", "String", "SeaRc", "Name"].contains(&&*of);
            match call.args.first() {
                Some(argument) if is_name && call.args.len() == 1 => name(argument, file),
                _ => None,
            }
        }
        Expr::Path(path) => {
            let mut segments = path.path.segments.iter().rev();
            let last = segments.next()?.ident.to_string();
            match segments.next() {
                Some(owner) => {
                    let found = enum_(file, &owner.ident.to_string())?;
                    found
                        .variants
                        .iter()
                        .find(|variant| variant.ident == last)
                        .map(|variant| of(found, variant))
                }
                None => unit_struct(file, &last),
            }
        }
        _ => None,
    }
}

/// The names that an expression is: an array, `vec![…]`, `Mood::iter()`.
pub(super) fn names(expression: &Expr, file: &File) -> Option<Vec<String>> {
    match expression {
        Expr::Array(array) => array.elems.iter().map(|one| name(one, file)).collect(),
        Expr::Reference(inner) => names(&inner.expr, file),
        Expr::Paren(inner) => names(&inner.expr, file),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let elements = Punctuated::<Expr, Token![,]>::parse_terminated;
            let elements = elements.parse2(call.mac.tokens.clone()).ok()?;
            elements.iter().map(|one| name(one, file)).collect()
        }
        Expr::MethodCall(call) => {
            let mut names = names(&call.receiver, file)?;
            match &*call.method.to_string() {
                "skip" => {
                    let Some(Expr::Lit(literal)) = call.args.first() else { return None };
                    let Lit::Int(count) = &literal.lit else { return None };
                    let count: usize = count.base10_parse().ok()?;
                    names.drain(..count.min(names.len()));
                    Some(names)
                }
                "into_iter" | "iter" | "collect" | "to_vec" | "to_owned" | "clone" => Some(names),
                _ => None,
            }
        }
        // `EnumIter` has all variants, in order.
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let mut segments = path.path.segments.iter().rev();
            let is_iter = segments.next().is_some_and(|last| last.ident == "iter");
            let found = enum_(file, &segments.next()?.ident.to_string())?;
            is_iter.then(|| found.variants.iter().map(|variant| of(found, variant)).collect())
        }
        _ => None,
    }
}

/// An enum of the file that derives `Iden`.
fn enum_<'f>(file: &'f File, name: &str) -> Option<&'f ItemEnum> {
    file.items.iter().find_map(|item| match item {
        Item::Enum(item)
            if item.ident == name
                && derives(&item.attrs)
                && item.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) =>
        {
            Some(item)
        }
        _ => None,
    })
}

fn unit_struct(file: &File, name: &str) -> Option<String> {
    file.items.iter().find_map(|item| match item {
        Item::Struct(item)
            if item.ident == name
                && derives(&item.attrs)
                && matches!(item.fields, Fields::Unit) =>
        {
            Some(renamed(&item.attrs).unwrap_or_else(|| name.to_snake_case()))
        }
        _ => None,
    })
}

fn derives(attributes: &[Attribute]) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let paths = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
        paths.is_ok_and(|paths| {
            paths.iter().any(|path| {
                path.segments
                    .last()
                    .is_some_and(|last| last.ident == "DeriveIden" || last.ident == "Iden")
            })
        })
    })
}

fn of(item: &ItemEnum, variant: &Variant) -> String {
    if let Some(name) = renamed(&variant.attrs) {
        return name;
    }
    if variant.ident == "Table" {
        // sea-query's own derive takes the enum's attribute for it, SeaORM's does not.
        let of_enum = item.attrs.iter().find(|attribute| attribute.path().is_ident("iden"));
        let own = of_enum.and_then(|attribute| renamed(std::slice::from_ref(attribute)));
        return own.unwrap_or_else(|| item.ident.to_string().to_snake_case());
    }
    variant.ident.to_string().to_snake_case()
}

/// `#[sea_orm(iden = "…")]`, `#[iden = "…"]`, `#[iden(rename = "…")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("iden") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        Meta::List(list) if list.path.is_ident("sea_orm") || list.path.is_ident("iden") => {
            let mut found = None;
            let read = list.parse_nested_meta(|meta| {
                let text: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("iden") || meta.path.is_ident("rename") {
                    found = Some(text.value());
                }
                Ok(())
            });
            read.ok().and(found)
        }
        _ => None,
    })
}
