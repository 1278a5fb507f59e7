//! Types that are names to sea-query, as they implement its `Iden`.
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
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, Fields, Ident, Item, ItemEnum, ItemImpl, Lit, LitStr, Meta, Token, Variant,
};

use super::file::{File, Place};
use crate::foreign::{Codec, ForeignEnum, Imports, Reading, read, texts_by_hand};

/// A name in a list, and the variant that has it.
pub(super) struct Listed {
    pub(super) variant: Option<String>,
    pub(super) name: String,
}

/// The names of an enum's variants, in order.
pub(super) struct Idens {
    pub(super) all: Vec<Listed>,
}

impl Idens {
    /// Those of the enum that a path means.
    pub(super) fn at(path: &[String], file: &File) -> Option<Self> {
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
    pub(super) fn of_active(active: &ForeignEnum) -> Self {
        let listed = |text: &String| Listed {
            variant: Some(text.to_upper_camel_case()),
            name: text.clone(),
        };
        Self { all: active.labels.iter().map(|label| listed(&label.text.value)).collect() }
    }

    pub(super) fn of(self, variant: &str) -> Option<String> {
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
pub(super) fn unit_struct(place: &Place) -> Option<String> {
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
pub(super) fn beside(path: &[String], suffix: &str) -> Option<Vec<String>> {
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
