//! Names as sea-query has them: literals, and types that implement `Iden`.
//!
//! A type implements it in one of these ways, and may stand in another module, or in a package that this one depends on:
//!
//! - `derive(DeriveIden)` of SeaORM (`sea-orm-macros/src/derives/derive_iden.rs` in 0.12 to 2.0): a variant's name in snake
//!   case, the enum's own name for the variant `Table`, unless `#[sea_orm(iden = "…")]` on the variant says otherwise. On a
//!   struct, the attribute stands on the struct; on an enum as a whole it says nothing.
//! - `derive(Iden)` and `derive(IdenStatic)` of sea-query (`sea-query-derive/src/iden` in 0.4 and 1.0): the same with
//!   `#[iden = "…"]` or `#[iden(rename = "…")]`, which on an enum is the name of `Table`. `#[method = "…"]`,
//!   `#[iden(method = "…")]` and `#[iden(flatten)]` make a name at run time.
//! - `impl Iden`: what `unquoted` writes, or returns from sea-query 1.0 on (`sea-query/src/types.rs` in 0.32,
//!   `src/types/iden/core.rs` in 1.0).
//! - `derive(DeriveActiveEnum)` of SeaORM (`derives/active_enum.rs`): `Mood::name()` is the type's name and
//!   `Mood::iden_values()` are its labels; beside it there are the types `MoodEnum`, which is the name, and
//!   `MoodVariant`, whose variants are the labels.
//!
//! What other derives such as strum's say of the variants' names has no part in it.

use heck::{ToSnakeCase, ToUpperCamelCase};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, ExprClosure, Fields, Ident, Item, ItemEnum, ItemImpl, Lit, LitStr, Meta, Pat,
    Token, Variant,
};

use super::file::{File, Place};
use super::scope::Scope;
use super::sql::path_names;
use crate::foreign::{Codec, ForeignEnum, Imports, Reading, read, texts_by_hand};

/// Methods that leave a name what it is.
const KEEPS_NAME: [&str; 7] =
    ["into_iden", "to_string", "into", "to_owned", "clone", "as_str", "into_type_ref"];

/// Functions that leave a name what it is, of these types: `Alias::new("mood")`.
const NAMERS: [&str; 6] = ["Alias", "DynIden", "String", "SeaRc", "Name", "TypeRef"];

/// Methods that leave names what they are.
const KEEPS_NAMES: [&str; 9] =
    ["into_iter", "iter", "collect", "to_vec", "to_owned", "clone", "copied", "cloned", "by_ref"];

/// The name that an expression is.
pub(super) fn name(expression: &Expr, scope: Scope<'_>) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Reference(inner) => name(&inner.expr, scope),
        Expr::Paren(inner) => name(&inner.expr, scope),
        Expr::Group(inner) => name(&inner.expr, scope),
        Expr::Cast(inner) => name(&inner.expr, scope),
        Expr::MethodCall(call) if KEEPS_NAME.iter().any(|keeps| call.method == keeps) => {
            name(&call.receiver, scope)
        }
        Expr::Call(call) => {
            let Expr::Path(path) = &*call.func else { return None };
            let path = path_names(&path.path);
            let (last, owner) = path.split_last()?;
            match call.args.first() {
                // `Mood::name()`
                None if last == "name" => {
                    active_enum(owner, scope.file).map(|active| active.name.value)
                }
                Some(argument) if call.args.len() == 1 && ["new", "from"].contains(&&**last) => {
                    let of = owner.last()?;
                    NAMERS.contains(&&**of).then(|| name(argument, scope))?
                }
                _ => None,
            }
        }
        Expr::Path(path) => match scope.local(&path.path) {
            Some((value, scope)) => name(value, scope),
            None => name_at(&path_names(&path.path), scope),
        },
        _ => None,
    }
}

/// The name that a path means: a variant, a type without variants, or a constant.
fn name_at(path: &[String], scope: Scope<'_>) -> Option<String> {
    if let Some(place) = scope.file.find(path) {
        return unit_struct(&place).or_else(|| {
            let (file, value) = scope.file.constant(path)?;
            match value {
                // A constant in terms of another one is not followed.
                Expr::Path(_) => None,
                value => name(&value, Scope::of(&file)),
            }
        });
    }
    let (last, owner) = path.split_last()?;
    if let Some(idens) = Idens::at(owner, scope.file) {
        return idens.of(last);
    }
    // `MoodEnum`, beside the active enum `Mood`.
    let active = active_enum(&beside(&scope.file.imported(path), "Enum")?, scope.file)?;
    Some(active.name.value)
}

/// The names that an expression is: an array, `vec![…]`, `Mood::iter()`.
pub(super) fn names(expression: &Expr, scope: Scope<'_>) -> Option<Vec<String>> {
    match expression {
        Expr::Array(array) => array.elems.iter().map(|one| name(one, scope)).collect(),
        Expr::Reference(inner) => names(&inner.expr, scope),
        Expr::Paren(inner) => names(&inner.expr, scope),
        Expr::Group(inner) => names(&inner.expr, scope),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let elements = Punctuated::<Expr, Token![,]>::parse_terminated;
            let elements = elements.parse2(call.mac.tokens.clone()).ok()?;
            elements.iter().map(|one| name(one, scope)).collect()
        }
        Expr::MethodCall(_) | Expr::Call(_) => {
            Some(listed(expression, scope)?.into_iter().map(|one| one.name).collect())
        }
        Expr::Path(path) => {
            if let Some((value, scope)) = scope.local(&path.path) {
                return names(value, scope);
            }
            let (file, value) = scope.file.constant(&path_names(&path.path))?;
            match value {
                Expr::Path(_) => None,
                value => names(&value, Scope::of(&file)),
            }
        }
        _ => None,
    }
}

/// A name in a list, and the variant that has it.
struct Listed {
    variant: Option<String>,
    name: String,
}

/// The names in a list that something is done with: `Mood::iter().skip(1)`.
fn listed(expression: &Expr, scope: Scope<'_>) -> Option<Vec<Listed>> {
    match expression {
        Expr::Paren(inner) => listed(&inner.expr, scope),
        Expr::MethodCall(call) => {
            let mut all = listed(&call.receiver, scope)?;
            let argument = call.args.first();
            match &*call.method.to_string() {
                "skip" => {
                    all.drain(..count(argument?)?.min(all.len()));
                }
                "take" => all.truncate(count(argument?)?),
                "filter" => {
                    let Expr::Closure(closure) = argument? else { return None };
                    let keep: Option<Vec<bool>> = all
                        .iter()
                        .map(|one| holds(&closure.body, one.variant.as_deref()?, closure))
                        .collect();
                    let mut keep = keep?.into_iter();
                    all.retain(|_| keep.next().unwrap_or(true));
                }
                // `.map(|mood| mood.to_string())`, `.map(Alias::new)`
                "map" => match argument? {
                    Expr::Closure(closure) if is_name_of_argument(closure) => {}
                    Expr::Path(path) => {
                        let path = path_names(&path.path);
                        let is_kept = |name: &str| KEEPS_NAME.contains(&name) || name == "new";
                        path.last().filter(|last| is_kept(last))?;
                    }
                    _ => return None,
                },
                method if KEEPS_NAMES.contains(&method) => {}
                _ => return None,
            }
            Some(all)
        }
        Expr::Call(call) if call.args.is_empty() => {
            let Expr::Path(path) = &*call.func else { return None };
            let path = path_names(&path.path);
            let (last, owner) = path.split_last()?;
            match &**last {
                // `EnumIter` has all variants, in order.
                "iter" => Some(Idens::at(owner, scope.file)?.all),
                "iden_values" | "values" => {
                    Some(Idens::of_active(&active_enum(owner, scope.file)?).all)
                }
                _ => None,
            }
        }
        other => {
            let plain = names(other, scope)?.into_iter();
            Some(plain.map(|name| Listed { variant: None, name }).collect())
        }
    }
}

fn count(expression: &Expr) -> Option<usize> {
    let Expr::Lit(literal) = expression else { return None };
    let Lit::Int(count) = &literal.lit else { return None };
    count.base10_parse().ok()
}

/// Whether a closure makes of its argument what has the same name.
fn is_name_of_argument(closure: &ExprClosure) -> bool {
    let Some(argument) = argument_of(closure) else { return false };
    leads_to(&closure.body, &argument)
}

/// Whether an expression is an argument, as far as its name goes.
fn leads_to(expression: &Expr, argument: &str) -> bool {
    match expression {
        Expr::Path(path) => path.path.is_ident(argument),
        Expr::Reference(inner) => leads_to(&inner.expr, argument),
        Expr::Paren(inner) => leads_to(&inner.expr, argument),
        Expr::Cast(inner) => leads_to(&inner.expr, argument),
        Expr::MethodCall(call) => {
            KEEPS_NAME.iter().any(|keeps| call.method == keeps)
                && leads_to(&call.receiver, argument)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return false };
            let path = path_names(&function.path);
            matches!(&path[..], [.., of, new] if NAMERS.contains(&&**of) && ["new", "from"].contains(&&**new))
                && call.args.len() == 1
                && call.args.iter().all(|inner| leads_to(inner, argument))
        }
        _ => false,
    }
}

fn argument_of(closure: &ExprClosure) -> Option<String> {
    let mut pattern = closure.inputs.first()?;
    loop {
        match pattern {
            Pat::Ident(name) => return Some(name.ident.to_string()),
            Pat::Reference(inner) => pattern = &inner.pat,
            Pat::Type(inner) => pattern = &inner.pat,
            _ => return None,
        }
    }
}

/// Whether the condition of a filter holds for that variant: `!matches!(mood, Mood::Table)`, `*mood != Mood::Table`.
fn holds(condition: &Expr, variant: &str, closure: &ExprClosure) -> Option<bool> {
    match condition {
        Expr::Paren(inner) => holds(&inner.expr, variant, closure),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Not(_)) => {
            holds(&inner.expr, variant, closure).map(|holds| !holds)
        }
        Expr::Binary(binary) => {
            let sides = || {
                Some((
                    holds(&binary.left, variant, closure)?,
                    holds(&binary.right, variant, closure)?,
                ))
            };
            let is_equal = || {
                let argument = argument_of(closure)?;
                let is_argument = |side: &Expr| bare(side).is_some_and(|path| path == [&*argument]);
                let other = match (is_argument(&binary.left), is_argument(&binary.right)) {
                    (true, false) => &binary.right,
                    (false, true) => &binary.left,
                    _ => return None,
                };
                let path = bare(other).filter(|path| path.len() > 1)?;
                Some(path.last()? == variant)
            };
            match binary.op {
                syn::BinOp::And(_) => sides().map(|(one, two)| one && two),
                syn::BinOp::Or(_) => sides().map(|(one, two)| one || two),
                syn::BinOp::Eq(_) => is_equal(),
                syn::BinOp::Ne(_) => is_equal().map(|is| !is),
                _ => None,
            }
        }
        Expr::Macro(call) if call.mac.path.is_ident("matches") => {
            let parse = |input: syn::parse::ParseStream<'_>| {
                let subject: Expr = input.parse()?;
                input.parse::<Token![,]>()?;
                let pattern = Pat::parse_multi_with_leading_vert(input)?;
                input.parse::<Option<Token![,]>>()?;
                Ok((subject, pattern))
            };
            let (subject, pattern) = parse.parse2(call.mac.tokens.clone()).ok()?;
            (bare(&subject)? == [argument_of(closure)?]).then_some(())?;
            is_of(&pattern, variant)
        }
        _ => None,
    }
}

/// Whether a pattern of paths has that variant.
fn is_of(pattern: &Pat, variant: &str) -> Option<bool> {
    match pattern {
        Pat::Path(path) => Some(path.path.segments.last()?.ident == variant),
        Pat::Reference(inner) => is_of(&inner.pat, variant),
        Pat::Paren(inner) => is_of(&inner.pat, variant),
        Pat::Or(all) => all.cases.iter().try_fold(false, |is, one| Some(is | is_of(one, variant)?)),
        _ => None,
    }
}

/// The path that an expression is, without references around it.
fn bare(expression: &Expr) -> Option<Vec<String>> {
    match expression {
        Expr::Path(path) => Some(path_names(&path.path)),
        Expr::Reference(inner) => bare(&inner.expr),
        Expr::Paren(inner) => bare(&inner.expr),
        Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => bare(&inner.expr),
        _ => None,
    }
}

/// The names of an enum's variants, in order.
struct Idens {
    all: Vec<Listed>,
}

impl Idens {
    /// Those of the enum that a path means.
    fn at(path: &[String], file: &File) -> Option<Self> {
        if path.is_empty() {
            return None;
        }
        let Some(place) = file.find(path) else {
            // `MoodVariant`, beside the active enum `Mood`.
            return Some(Self::of_active(&active_enum(
                &beside(&file.imported(path), "Variant")?,
                file,
            )?));
        };
        let item = enum_(&place)?;
        if !item.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) {
            return None;
        }
        let variants = item.variants.iter().filter(|one| place.file.is_compiled(&one.attrs));
        let all: Option<Vec<Listed>> = match derive(&item.attrs) {
            Some(derive) => variants
                .map(|variant| {
                    let name = derive.variant(item, variant)?;
                    Some(Listed { variant: Some(variant.ident.to_string()), name })
                })
                .collect(),
            None => {
                let names = by_hand(&item.ident, variants.clone(), &place.file)?;
                let listed = variants.zip(names).map(|(variant, name)| {
                    Some(Listed { variant: Some(variant.ident.to_string()), name: name? })
                });
                // A variant that has no name is never used as one.
                listed.collect()
            }
        };
        Some(Self { all: all? })
    }

    /// Those of the type `MoodVariant` that is made beside an active enum.
    fn of_active(active: &ForeignEnum) -> Self {
        let listed = |text: &String| Listed {
            variant: Some(text.to_upper_camel_case()),
            name: text.clone(),
        };
        Self { all: active.labels.iter().map(|label| listed(&label.text.value)).collect() }
    }

    fn of(self, variant: &str) -> Option<String> {
        let found = self.all.into_iter().find(|one| one.variant.as_deref() == Some(variant));
        found.map(|one| one.name)
    }
}

fn enum_(place: &Place) -> Option<&ItemEnum> {
    place.file.items().iter().find_map(|item| match item {
        Item::Enum(item) if item.ident == place.name && place.file.is_compiled(&item.attrs) => {
            Some(item)
        }
        _ => None,
    })
}

/// The name that a struct without fields is.
fn unit_struct(place: &Place) -> Option<String> {
    let item = place.file.items().iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == place.name && matches!(item.fields, Fields::Unit) => {
            Some(item)
        }
        _ => None,
    })?;
    match derive(&item.attrs) {
        Some(derive) => derive.own_name(&item.ident, &item.attrs),
        None => texts_by_hand(&item.ident, &[], &impls(&item.ident, &place.file), &UNQUOTED)?.1,
    }
}

/// The active enum that a path means.
pub(super) fn active_enum(path: &[String], file: &File) -> Option<ForeignEnum> {
    let place = file.find(path)?;
    let readings = read(enum_(&place)?, &Imports::default());
    readings.into_iter().find_map(|reading| match reading {
        Reading::Enum(found) if found.codec == Codec::SeaOrmActiveEnum => Some(found),
        _ => None,
    })
}

/// The path of the type beside which a type is made whose name ends in `suffix`.
fn beside(path: &[String], suffix: &str) -> Option<Vec<String>> {
    let (last, modules) = path.split_last()?;
    let own = last.strip_suffix(suffix).filter(|own| !own.is_empty())?;
    Some(modules.iter().cloned().chain([own.to_owned()]).collect())
}

/// The names of variants by an impl of `Iden` in their file.
fn by_hand<'v>(
    ident: &Ident,
    variants: impl Iterator<Item = &'v Variant>,
    file: &File,
) -> Option<Vec<Option<String>>> {
    let names: Vec<String> = variants.map(|variant| variant.ident.to_string()).collect();
    let texts = texts_by_hand(ident, &names, &impls(ident, file), &UNQUOTED)?;
    Some(texts.0)
}

/// The functions that say a name: those of `Iden` and `IdenStatic`.
const UNQUOTED: [(&str, &str); 2] = [("Iden", "unquoted"), ("IdenStatic", "as_str")];

/// The impls that have to do with a type of that file.
fn impls(ident: &Ident, file: &File) -> Vec<ItemImpl> {
    let is_about = |item: &&ItemImpl| match &*item.self_ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == *ident),
        _ => false,
    };
    let impls = file.items().iter().filter_map(|item| match item {
        Item::Impl(item) => Some(item),
        _ => None,
    });
    impls.filter(is_about).cloned().collect()
}

/// A derive that makes an `Iden`.
#[derive(Clone, Copy)]
enum Derive {
    SeaOrm,
    SeaQuery,
}

/// The derive of `Iden` among attributes.
fn derive(attributes: &[Attribute]) -> Option<Derive> {
    let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    derives
        .filter_map(|attribute| {
            let paths = Punctuated::<syn::Path, Token![,]>::parse_terminated;
            attribute.parse_args_with(paths).ok()
        })
        .flatten()
        .find_map(|path| match &*path.segments.last()?.ident.to_string() {
            "DeriveIden" => Some(Derive::SeaOrm),
            "Iden" | "IdenStatic" => Some(Derive::SeaQuery),
            _ => None,
        })
}

/// What attributes say of a name.
enum Said {
    Nothing,
    Name(String),
    /// It is made at run time, or not understood.
    Unknown,
}

impl Derive {
    fn variant(self, item: &ItemEnum, variant: &Variant) -> Option<String> {
        match self.said(&variant.attrs) {
            Said::Name(name) => Some(name),
            Said::Unknown => None,
            Said::Nothing if variant.ident != "Table" => {
                Some(variant.ident.to_string().to_snake_case())
            }
            Said::Nothing => match self {
                Self::SeaOrm => Some(item.ident.to_string().to_snake_case()),
                Self::SeaQuery => self.own_name(&item.ident, &item.attrs),
            },
        }
    }

    /// The name of a type as a whole.
    fn own_name(self, ident: &Ident, attributes: &[Attribute]) -> Option<String> {
        match self.said(attributes) {
            Said::Name(name) => Some(name),
            Said::Nothing => Some(ident.to_string().to_snake_case()),
            Said::Unknown => None,
        }
    }

    fn said(self, attributes: &[Attribute]) -> Said {
        let mut said = Said::Nothing;
        for attribute in attributes {
            let own = match self {
                Self::SeaOrm => attribute.path().is_ident("sea_orm"),
                Self::SeaQuery => {
                    attribute.path().is_ident("iden") || attribute.path().is_ident("method")
                }
            };
            if !own {
                continue;
            }
            match (&attribute.meta, self) {
                (Meta::NameValue(pair), Self::SeaQuery) if pair.path.is_ident("iden") => {
                    said = match &pair.value {
                        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => {
                            Said::Name(text.value())
                        }
                        _ => Said::Unknown,
                    };
                }
                (Meta::List(list), _) => {
                    let key = match self {
                        Self::SeaOrm => "iden",
                        Self::SeaQuery => "rename",
                    };
                    let read = list.parse_nested_meta(|meta| {
                        if meta.path.is_ident(key) {
                            said = Said::Name(meta.value()?.parse::<LitStr>()?.value());
                        } else {
                            if meta.input.peek(Token![=]) {
                                meta.value()?.parse::<Expr>()?;
                            }
                            if matches!(self, Self::SeaQuery) {
                                said = Said::Unknown;
                            }
                        }
                        Ok(())
                    });
                    if read.is_err() {
                        said = Said::Unknown;
                    }
                }
                _ => said = Said::Unknown,
            }
        }
        said
    }
}
