//! `#[pg_model(…)]` on a struct and on a field.

use alloc::format;

use proc_macro2::Span;
use syn::Attribute;

use crate::parse::arguments::{
    each_argument, flag, key_span, path, rename_rule, set, text, text_or_blank, unknown,
};
use crate::parse::dotted::column_path;
use crate::parse::{ColumnPath, Errors, RenameRule, Text};

const ON_STRUCT: &[&str] =
    &["table", "schema", "complete", "strict_null", "external", "rename_all", "crate"];
const ON_FIELD: &[&str] = &["column", "skip", "from", "nullable", "computed"];

/// The attributes of the struct.
#[derive(Default)]
pub(super) struct StructAttributes {
    pub(super) table: Option<Text>,
    pub(super) schema: Option<Text>,
    pub(super) complete: Option<Span>,
    pub(super) strict_null: Option<Span>,
    pub(super) external: Option<Span>,
    pub(super) rename_all: Option<(RenameRule, Span)>,
    pub(super) crate_path: Option<syn::Path>,
    /// The first attribute that says something of the table.
    pub(super) needs_table: Option<Span>,
}

/// The attributes of a field.
#[derive(Default)]
pub(super) struct FieldAttributes {
    pub(super) column: Option<Text>,
    pub(super) skip: Option<Span>,
    pub(super) from: Option<ColumnPath>,
    pub(super) nullable: Option<Span>,
    pub(super) computed: Option<Span>,
}

impl StructAttributes {
    /// `name` is the struct's name in snake case.
    pub(super) fn read(attributes: &[Attribute], name: &str, errors: &mut Errors) -> Self {
        let mut this = Self::default();
        each_argument(attributes, "pg_model", errors, |key, meta, errors| {
            if matches!(key, "schema" | "complete" | "rename_all") {
                this.needs_table.get_or_insert(key_span(meta));
            }
            match key {
                "table" if flag(meta).is_ok() => {
                    // The errors that follow from a missing table would be about the same mistake.
                    this.table = Some(Text { value: name.into(), span: key_span(meta) });
                    let message =
                        format!("`table` needs the name of the table; write `table = {name:?}`");
                    return Err(syn::Error::new(key_span(meta), message));
                }
                "table" => set(&mut this.table, text_or_blank(meta, errors)?, meta, errors),
                "schema" => set(&mut this.schema, text_or_blank(meta, errors)?, meta, errors),
                "complete" => set(&mut this.complete, flag(meta)?, meta, errors),
                "strict_null" => set(&mut this.strict_null, flag(meta)?, meta, errors),
                "external" => set(&mut this.external, flag(meta)?, meta, errors),
                "rename_all" => {
                    let rule = rename_rule(meta, errors)?;
                    if let Some(rule) = rule {
                        set(&mut this.rename_all, (rule, key_span(meta)), meta, errors);
                    }
                }
                "crate" => {
                    let path = path(meta)?;
                    set(&mut this.crate_path, path, meta, errors);
                }
                _ => return unknown(key, meta, ON_STRUCT, ON_FIELD, "a field"),
            }
            Ok(())
        });
        this
    }
}

impl FieldAttributes {
    pub(super) fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        each_argument(attributes, "pg_model", errors, |key, meta, errors| {
            match key {
                "column" => set(&mut this.column, text_or_blank(meta, errors)?, meta, errors),
                "skip" => set(&mut this.skip, flag(meta)?, meta, errors),
                "from" => set(&mut this.from, column_path(&text(meta)?)?, meta, errors),
                "nullable" => set(&mut this.nullable, flag(meta)?, meta, errors),
                "computed" => set(&mut this.computed, flag(meta)?, meta, errors),
                _ => return unknown(key, meta, ON_FIELD, ON_STRUCT, "the struct"),
            }
            Ok(())
        });
        this
    }
}
