//! `#[sqlx(…)]` on a struct and on a field, as `sqlx::FromRow` reads it (launchbadge/sqlx
//! sqlx-macros-core/src/derives/attributes.rs and row.rs, 0.7 to 0.9).
//!
//! What is not understood is left out: sqlx reports its own errors.

use alloc::string::ToString;

use proc_macro2::{Span, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Type};

use crate::parse::arguments::{key_span, skip_to_comma};
use crate::parse::{RenameRule, Text};

/// What sqlx reads on the struct.
#[derive(Default)]
pub(super) struct SqlxStruct {
    pub(super) rename_all: Option<(RenameRule, Span)>,
    /// A column that the row lacks is taken from `Default`.
    pub(super) default: bool,
}

/// What sqlx reads on a field.
#[derive(Default)]
pub(super) struct SqlxField {
    pub(super) rename: Option<Text>,
    /// The column that the row lacks is taken from `Default`.
    pub(super) default: bool,
    /// The field is not read from the row.
    pub(super) skip: Option<Span>,
    /// The field is a struct whose fields are read from the same row.
    pub(super) flatten: Option<Span>,
    /// The field is decoded as JSON; whether NULL is as well.
    pub(super) json: Option<bool>,
    /// The type that is decoded, and then converted.
    pub(super) try_from: Option<Type>,
}

impl SqlxStruct {
    pub(super) fn read(attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attributes, |key, meta| {
            match key {
                "rename_all" => {
                    let span = key_span(meta);
                    let rule = RenameRule::from_name(&text(meta)?.value);
                    this.rename_all = rule.map(|rule| (rule, span));
                }
                "default" => this.default = true,
                _ => {}
            }
            Ok(())
        });
        this
    }
}

impl SqlxField {
    pub(super) fn read(attributes: &[Attribute]) -> Self {
        let mut this = Self::default();
        each(attributes, |key, meta| {
            let span = key_span(meta);
            match key {
                "rename" => this.rename = Some(text(meta)?),
                "default" => this.default = true,
                "skip" => this.skip = Some(span),
                "flatten" => this.flatten = Some(span),
                "try_from" => {
                    let literal: LitStr = meta.value()?.parse()?;
                    this.try_from = Some(literal.parse()?);
                }
                "json" => {
                    let nullable = matches!(
                        meta.input.cursor().token_tree(),
                        Some((TokenTree::Group(group), _)) if group.stream().into_iter().any(is_nullable)
                    );
                    this.json = Some(nullable);
                }
                _ => {}
            }
            Ok(())
        });
        this
    }
}

fn is_nullable(token: TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "nullable")
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    let literal: LitStr = meta.value()?.parse()?;
    Ok(Text { value: literal.value(), span: literal.span() })
}

/// Calls `read` for each argument.
fn each(
    attributes: &[Attribute],
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<()>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("sqlx")) {
        let result = attribute.parse_nested_meta(|meta| {
            let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            read(&key, &meta)?;
            skip_to_comma(meta.input)
        });
        // sqlx tells what is wrong.
        drop(result);
    }
}
