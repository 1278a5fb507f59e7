//! Validates the model: the rules for definitions, and the rules for the Rust enum.

use alloc::format;
use core::fmt::Display;

use proc_macro2::Span;

use super::{Enum, Errors, Value};
use crate::Problem;
use crate::violation::{describe, problem_of};

/// All errors in the content of an enum: [`Definition::violations`](crate::Definition::violations), each at its
/// literal or variant, and errors in aliases and replacements, which a definition does not have.
#[must_use]
pub fn validate(model: &Enum) -> Errors {
    let mut errors = Errors::default();
    model.with_definition(|definition| {
        for found in definition.violations() {
            errors.push(model.span_of(found.place), found);
            match found.problem {
                Problem::Duplicate { text, first } => {
                    is_here(first, text, "first used here", model.span_of(first), &mut errors);
                }
                Problem::StillALabel { text, label } => {
                    is_here(label, text, "here", model.span_of(label), &mut errors);
                }
                _ => {}
            }
        }
    });
    validate_aliases(model, &mut errors);
    validate_replacements(model, &mut errors);
    errors
}

/// An alias must be a possible label, and must belong to exactly one variant.
fn validate_aliases(model: &Enum, errors: &mut Errors) {
    let labels = || model.variants.iter().map(|variant| &variant.label);
    let aliases = || model.variants.iter().flat_map(|variant| &variant.aliases);
    for (index, alias) in aliases().enumerate() {
        if let Some(problem) = problem_of(&alias.value) {
            errors.push(alias.span, describe("alias", problem));
        } else if let Some(label) = labels().find(|label| label.value == alias.value) {
            errors.push(alias.span, format!("alias {:?} is a label of this enum", alias.value));
            is_here("label", &label.value, "here", label.span, errors);
        } else if let Some(first) = aliases().take(index).find(|a| a.value == alias.value) {
            errors.push(alias.span, format!("duplicate alias {:?}", alias.value));
            is_here("alias", &first.value, "first used here", first.span, errors);
        }
    }
}

/// Points to the other place of an error.
fn is_here(what: impl Display, text: &str, place: &str, span: Span, errors: &mut Errors) {
    errors.push(span, format!("{what} {text:?} is {place}"));
}

fn validate_replacements(model: &Enum, errors: &mut Errors) {
    let of_removed = model.removed.iter().filter_map(|removed| removed.replacement.as_ref());
    let of_retired = model.retired.iter().filter_map(|retired| match &retired.replacement {
        Some(Value::Variant(variant)) => Some(variant),
        _ => None,
    });
    for replacement in of_removed.chain(of_retired) {
        if model.variant(replacement).is_none() {
            let problem = match &model.other {
                Some(other) if other.ident == *replacement => "has no label of its own",
                _ => "is not a variant of this enum",
            };
            errors.push(replacement.span(), format!("`{replacement}` {problem}"));
        }
    }
}
