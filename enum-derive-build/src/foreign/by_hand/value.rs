//! What expressions and patterns come to.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Lit, Pat};

use crate::foreign::{Read, unclear};

/// What an expression comes to.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// The enum.
    This,
    /// What the database sends.
    Raw,
    /// A literal.
    Text(Literal),
    /// A text for each variant.
    Texts(Texts),
    /// That variant.
    Variant(String),
    /// A variant for each text.
    Variants(Variants),
    /// Nothing that is written or read: a buffer, a number, `Ok(())`.
    Else,
    /// It is never reached, or an error.
    Never,
}

/// A literal, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) value: String,
    pub(super) span: Span,
}

/// A text for each variant.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// By the variants' names; nothing for one that has no text.
    pub(super) of: Vec<(String, Option<Literal>)>,
    /// Of all other variants.
    pub(super) rest: Option<Literal>,
}

/// A variant for each text.
#[derive(Debug, Clone, Default)]
pub(super) struct Variants {
    pub(super) of: Vec<(Literal, String)>,
    /// Whether other texts are read as something, and are not an error.
    pub(super) others: bool,
}

/// The texts that a pattern is of; nothing if it is of all that are left.
pub(super) fn texts_of(pattern: &Pat) -> Read<Option<Vec<Literal>>> {
    match pattern {
        Pat::Lit(literal) => match text(&literal.lit) {
            Some(text) => Ok(Some(vec![text])),
            None => unclear(pattern.span(), "this is not a text"),
        },
        Pat::Wild(_) => Ok(None),
        Pat::Ident(name) if is_binding(&name.ident) || is_null(pattern) => Ok(None),
        Pat::Path(_) if is_null(pattern) => Ok(None),
        Pat::Reference(inner) => texts_of(&inner.pat),
        Pat::Paren(inner) => texts_of(&inner.pat),
        Pat::TupleStruct(inner) if inner.elems.len() == 1 => texts_of(&inner.elems[0]),
        Pat::Or(or) => {
            let mut all = Vec::new();
            for case in &or.cases {
                match texts_of(case)? {
                    Some(texts) => all.extend(texts),
                    None => return Ok(None),
                }
            }
            Ok(Some(all))
        }
        _ => unclear(pattern.span(), "this pattern is not followed"),
    }
}

/// Whether a pattern that is a name binds it. One that is spelled as constants and variants are means one.
pub(super) fn is_binding(name: &Ident) -> bool {
    !name.to_string().starts_with(char::is_uppercase)
}

/// `None`, which stands for NULL.
pub(super) fn is_null(pattern: &Pat) -> bool {
    match pattern {
        Pat::Ident(name) => name.ident == "None",
        Pat::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        _ => false,
    }
}

/// A literal that is a text.
pub(super) fn text(literal: &Lit) -> Option<Literal> {
    let value = match literal {
        Lit::Str(text) => text.value(),
        Lit::ByteStr(bytes) => String::from_utf8(bytes.value()).ok()?,
        _ => return None,
    };
    Some(Literal { value, span: literal.span() })
}
