//! What all of the derives ask of an enum, and the way from its variants to labels.

use pg_enum_core::parse::{RenameRule, Text};
use proc_macro2::Ident;
use syn::spanned::Spanned;
use syn::{Fields, ItemEnum};

use super::attributes::Attributes;
use super::{ForeignLabel, Read, Refusal, Why, refuse, unclear};

/// A label for each variant: what `given` finds in its attributes, or else what `made` makes of its name.
///
/// None of the derives takes an enum that is generic or a variant that holds data.
pub(super) fn labels(
    item: &ItemEnum,
    given: impl Fn(&Attributes, &Ident) -> Read<Option<Text>>,
    made: impl Fn(&Ident) -> Read<String>,
) -> Read<Vec<ForeignLabel>> {
    if !item.generics.params.is_empty() {
        return refuse(item.generics.span(), Why::Generic);
    }
    if item.variants.is_empty() {
        return refuse(item.ident.span(), Why::Empty);
    }
    let label = |variant: &syn::Variant| {
        let ident = variant.ident.clone();
        if !matches!(variant.fields, Fields::Unit) {
            return refuse(variant.fields.span(), Why::Data(ident.to_string()));
        }
        let attributes = Attributes::of(&variant.attrs);
        let optional = attributes.has("cfg");
        let text = match given(&attributes, &ident)? {
            Some(text) => text,
            None => Text { value: made(&ident)?, span: ident.span() },
        };
        Ok(ForeignLabel { ident, text, optional })
    };
    item.variants.iter().map(label).collect()
}

/// What `rule` makes of a name; without a rule, the name.
///
/// All of the derives apply heck, or `str`'s own change of case, to `Ident::to_string()`, which has the
/// `r#` of a raw identifier: `r#type` is the label `r#type`, and `r_type` in snake case. All versions of
/// heck agree on ASCII. Version 0.4 without its feature `unicode` (in diesel-derive-enum and SeaORM 0.12)
/// leaves other letters out, so that `Ümlaut` is `mlaut`; with it (in sqlx up to 0.7), and in 0.5, they
/// stay. Which version it is cannot be seen here.
pub(super) fn by_rule(rule: Option<RenameRule>, ident: &Ident) -> Read<String> {
    let name = ident.to_string();
    match rule {
        None => Ok(name),
        Some(rule) if name.is_ascii() || matches!(rule, RenameRule::Lower | RenameRule::Upper) => {
            Ok(rule.apply(&name))
        }
        Some(_) => {
            let what = "is renamed by other rules in other versions of the derive";
            unclear(ident.span(), format_args!("`{name}` {what}"))
        }
    }
}

/// The rule of that name, if it is one of `names`.
pub(super) fn rule(text: &Text, names: &[&str]) -> Read<RenameRule> {
    RenameRule::from_name(&text.value).filter(|_| names.contains(&&*text.value)).ok_or_else(|| {
        let what = format!("{:?} is not a rename rule", text.value);
        Refusal { why: Why::Unclear(what), span: text.span }
    })
}
