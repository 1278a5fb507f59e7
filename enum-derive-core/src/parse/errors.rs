//! A collection of errors.

use core::fmt::Display;

use proc_macro2::Span;

/// All errors found so far, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Errors(Option<syn::Error>);

impl Errors {
    /// Whether there are no errors.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Adds the errors of another stage.
    pub fn append(&mut self, other: Self) {
        if let Some(error) = other.0 {
            self.push_error(error);
        }
    }

    /// All errors as one `syn::Error`, which becomes one `compile_error!` for each.
    #[must_use]
    pub fn into_error(self) -> Option<syn::Error> {
        self.0
    }

    /// Adds an error.
    pub fn push(&mut self, span: Span, message: impl Display) {
        self.push_error(syn::Error::new(span, message));
    }

    pub(super) fn push_error(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }
}
