//! The derive for structs.

mod checks;
mod facts;
#[cfg(test)]
mod snapshots;
#[cfg(test)]
mod tests;
mod types;

use pg_enum_core::model::compare;
use pg_enum_core::parse::{parse_model, validate_model};
use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::check;
use crate::expand::target::Target;

/// The derive for one struct: its constants, the comparison of its fields with their columns, and all errors.
///
/// A struct with a mistake has its constants as well, so that a mistake does not cause more errors where it is used.
pub(crate) fn derive(input: DeriveInput, variable: Option<&str>) -> TokenStream {
    let (model, mut errors) = parse_model(&input);
    errors.append(validate_model(&model));
    // What an invalid struct means is not clear, so there is nothing to compare.
    let variable = variable.filter(|_| errors.is_empty() && !model.external);
    let types = variable.map_or_else(Vec::new, |_| types::of_fields(&input, &model));
    let allowed = types::allowed(&input.attrs);
    let target = Target::new(&model.ident, model.crate_path.as_ref(), input.generics);
    let mut code = TokenStream::new();
    match variable.map(|variable| check::record(variable, "model")) {
        Some(Ok(record)) => {
            let columns = model.columns();
            let comparison = compare(&columns, &record);
            for found in &comparison.mismatches {
                errors.push(model.span_of(found.place), found);
            }
            code.extend(facts::facts(&model, &target, Some(&comparison), errors.is_empty()));
            code.extend(checks::untold(&model, &comparison));
            code.extend(checks::checks(
                types,
                &allowed,
                &model,
                &comparison,
                &record.default_schema,
                &target,
            ));
        }
        Some(Err(message)) => {
            errors.push(model.ident.span(), message);
            code.extend(facts::facts(&model, &target, None, false));
        }
        None => code.extend(facts::facts(&model, &target, None, errors.is_empty())),
    }
    code.extend(errors.into_error().map(syn::Error::into_compile_error));
    code
}
