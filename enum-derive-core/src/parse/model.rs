//! The parsed enum, with its spans.

use alloc::string::String;
use alloc::vec::Vec;

use proc_macro2::{Ident, Span};

use crate::{Definition, Former, Place, Removed, Renamed, Retired, RetiredRows};

/// An enum that derives `PgEnum`.
pub struct Enum {
    /// The enum's identifier.
    pub ident: Ident,
    /// The schema, if the attributes give one.
    pub schema: Option<Text>,
    /// The type's name: from the attribute, or the enum's name in snake case.
    pub name: Text,
    /// The former name of the type, if the attributes give one.
    pub was: Option<FormerName>,
    /// The variants that have a label.
    pub variants: Vec<Variant>,
    /// The variant that holds unknown labels, if there is one.
    pub other: Option<Fallback>,
    /// The removed labels.
    pub removed: Vec<RemovedLabel>,
    /// The retired labels.
    pub retired: Vec<RetiredLabel>,
    /// The comment for the type: the enum's doc comment, if the attributes ask for it.
    pub comment: Option<String>,
    /// Whether something other than the migrations creates the type. Such an enum is not checked against them.
    pub external: bool,
    /// The path to the `pg-enum` crate, if the attributes give one.
    pub crate_path: Option<syn::Path>,
    /// The requested traits.
    pub impls: Vec<ImplRequest>,
    /// The path of the type that represents the enum's SQL type for Diesel, if the attributes give one.
    pub sql_type: Option<syn::Path>,
}

/// The former name of a type: `was = "old_schema.old_name"`.
#[derive(Debug, Clone)]
pub struct FormerName {
    /// The schema, if the text names one.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
    /// The span of the literal.
    pub span: Span,
}

/// A variant and its label.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The variant's identifier.
    pub ident: Ident,
    /// Its label: from the attribute, or by the enum's rename rule, or the variant's name.
    pub label: Text,
    /// The former label.
    pub was: Option<Text>,
    /// Other labels that decode to it.
    pub aliases: Vec<Text>,
}

/// The variant that holds an unknown label: `#[pg_enum(other)] Unknown(String)`.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The variant's identifier.
    pub ident: Ident,
    /// The span of its field.
    pub field: Span,
}

/// A removed label: `removed("legacy" => Variant)`.
#[derive(Debug, Clone)]
pub struct RemovedLabel {
    /// The label.
    pub label: Text,
    /// The variant that replaces it; `None` is `NULL`.
    pub replacement: Option<Ident>,
}

/// A retired label: `retired("legacy")` or `retired("legacy" => Variant)`.
#[derive(Debug, Clone)]
pub struct RetiredLabel {
    /// The label.
    pub label: Text,
    /// What rows that hold it are set to, if a migration updates them.
    pub replacement: Option<Value>,
}

/// A value of a column.
#[derive(Debug, Clone)]
pub enum Value {
    /// The label of this variant.
    Variant(Ident),
    /// `NULL`.
    Null,
}

/// A text and its place: the literal, or the name it is derived from.
#[derive(Debug, Clone)]
pub struct Text {
    /// The text.
    pub value: String,
    /// The place that messages point to.
    pub span: Span,
}

/// A requested trait, and the place of the request.
#[derive(Debug, Clone, Copy)]
pub struct ImplRequest {
    /// The trait.
    pub which: Impl,
    /// Its name in the attribute.
    pub span: Span,
}

/// A trait implemented on request: `#[pg_enum(impl(Display, FromStr))]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Impl {
    /// `core::fmt::Display`: the label.
    Display,
    /// `core::str::FromStr`: `from_label`.
    FromStr,
    /// `serde::Serialize`: the label as a string.
    Serialize,
    /// `serde::Deserialize`: `from_label` of a string.
    Deserialize,
}

impl Impl {
    /// All traits.
    pub const ALL: [Self; 4] = [Self::Display, Self::FromStr, Self::Serialize, Self::Deserialize];

    /// Its name in the attribute.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Display => "Display",
            Self::FromStr => "FromStr",
            Self::Serialize => "Serialize",
            Self::Deserialize => "Deserialize",
        }
    }
}

impl Enum {
    /// The variant with this name.
    #[must_use]
    pub fn variant(&self, ident: &Ident) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.ident == *ident)
    }

    /// The variants with a former label, and that label, in order: the source of [`Definition::renamed`].
    pub(super) fn renamed(&self) -> impl Iterator<Item = (&Variant, &Text)> {
        self.variants.iter().filter_map(|variant| Some((variant, variant.was.as_ref()?)))
    }

    /// The span of a part of the definition.
    #[must_use]
    pub fn span_of(&self, place: Place) -> Span {
        let text = match place {
            Place::Schema => self.schema.as_ref(),
            Place::Name => Some(&self.name),
            Place::FormerSchema | Place::FormerName => {
                return self.was.as_ref().map_or(self.name.span, |was| was.span);
            }
            Place::Label(index) => self.variants.get(index).map(|variant| &variant.label),
            Place::Renamed(index) => self.renamed().nth(index).map(|(_, was)| was),
            Place::Removed(index) => self.removed.get(index).map(|removed| &removed.label),
            Place::Retired(index) => self.retired.get(index).map(|retired| &retired.label),
        };
        text.unwrap_or(&self.name).span
    }

    /// Calls `f` with the definition of this enum: `labels[i]` is the label of `variants[i]`, and each entry of
    /// `removed` and `retired` comes from the one with its index.
    ///
    /// A replacement that is not a variant is left out; [`validate`](super::validate) reports it.
    pub fn with_definition<R>(&self, f: impl FnOnce(Definition<'_>) -> R) -> R {
        f(self.parts().definition())
    }

    /// The lists that a definition borrows, for callers that need several definitions at once.
    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        let labels: Vec<&str> = self.variants.iter().map(|variant| &*variant.label.value).collect();
        let renamed: Vec<Renamed<'_>> = self
            .renamed()
            .map(|(variant, was)| Renamed { label: &variant.label.value, was: &was.value })
            .collect();
        let removed: Vec<Removed<'_>> = self
            .removed
            .iter()
            .map(|removed| Removed {
                label: &removed.label.value,
                replacement: removed
                    .replacement
                    .as_ref()
                    .and_then(|ident| Some(&*self.variant(ident)?.label.value)),
            })
            .collect();
        let retired = self.retired.iter().map(|retired| {
            let rows = match &retired.replacement {
                None => RetiredRows::Unchanged,
                Some(Value::Null) => RetiredRows::Null,
                Some(Value::Variant(ident)) => match self.variant(ident) {
                    Some(variant) => RetiredRows::Label(&variant.label.value),
                    None => RetiredRows::Unchanged,
                },
            };
            Retired { label: &retired.label.value, rows }
        });
        let retired = retired.collect();
        Parts { model: self, labels, renamed, removed, retired }
    }
}

/// The lists of a definition, computed from an [`Enum`].
pub struct Parts<'a> {
    model: &'a Enum,
    labels: Vec<&'a str>,
    renamed: Vec<Renamed<'a>>,
    removed: Vec<Removed<'a>>,
    retired: Vec<Retired<'a>>,
}

impl Parts<'_> {
    /// The definition, as in [`Enum::with_definition`].
    #[must_use]
    pub fn definition(&self) -> Definition<'_> {
        let Enum { name, schema, was, comment, .. } = self.model;
        let mut definition = Definition::new(&name.value, &self.labels)
            .with_renamed(&self.renamed)
            .with_removed(&self.removed)
            .with_retired(&self.retired);
        definition.schema = schema.as_ref().map(|schema| &*schema.value);
        definition.was =
            was.as_ref().map(|was| Former { schema: was.schema.as_deref(), name: &was.name });
        definition.comment = comment.as_deref();
        definition
    }
}
