//! The model judged: the definition's own rules, and those of the Rust side.

use alloc::format;

use proc_macro2::Span;

use super::{Enum, Errors, Text};
use crate::{Definition, Place, Problem};

/// Everything that is wrong with what an enum says: [`Definition::violations`], each at its
/// literal or variant, and what only the Rust side knows of (aliases, replacements).
#[must_use]
pub fn validate(model: &Enum) -> Errors {
    let mut errors = Errors::default();
    model.with_definition(|definition| {
        for found in definition.violations() {
            errors.push(span_of(model, found.place), found);
            if let Problem::Duplicate { text, first } = found.problem {
                errors.push(span_of(model, first), format!("{first} {text:?} stands here first"));
            }
        }
    });
    validate_aliases(model, &mut errors);
    validate_replacements(model, &mut errors);
    errors
}

fn span_of(model: &Enum, place: Place) -> Span {
    let text = match place {
        Place::Schema => model.schema.as_ref(),
        Place::Name => Some(&model.name),
        Place::Label(index) => model.variants.get(index).map(|variant| &variant.label),
        Place::Renamed(index) => model.renamed().nth(index).map(|(_, was)| was),
        Place::Removed(index) => model.removed.get(index).map(|removed| &removed.label),
    };
    text.unwrap_or(&model.name).span
}

/// An alias must be a text that could come from the database, and must lead to one variant.
fn validate_aliases(model: &Enum, errors: &mut Errors) {
    let labels = || model.variants.iter().map(|variant| &variant.label);
    let aliases = || model.variants.iter().flat_map(|variant| &variant.aliases);
    for (index, alias) in aliases().enumerate() {
        let as_label = [&*alias.value];
        if let Some(found) = Definition::new("t", &as_label).violations().next() {
            errors.push(alias.span, format!("alias: {found}"));
        } else if let Some(label) = labels().find(|label| label.value == alias.value) {
            ambiguous(alias, "is a label of this enum", label, errors);
        } else if let Some(first) = aliases().take(index).find(|a| a.value == alias.value) {
            ambiguous(alias, "stands here twice", first, errors);
        }
    }
}

fn ambiguous(alias: &Text, what: &str, first: &Text, errors: &mut Errors) {
    errors.push(alias.span, format!("alias {:?} {what}", alias.value));
    errors.push(first.span, format!("{:?} stands here first", alias.value));
}

fn validate_replacements(model: &Enum, errors: &mut Errors) {
    for replacement in model.removed.iter().filter_map(|removed| removed.replacement.as_ref()) {
        if model.variant(replacement).is_none() {
            let problem = match &model.other {
                Some(other) if other.ident == *replacement => "has no label of its own",
                _ => "is not a variant of this enum",
            };
            errors.push(replacement.span(), format!("`{replacement}` {problem}"));
        }
    }
}
