//! An enum with two codecs that disagree: what one of them writes, the other does not read.

use std::fmt;

use pg_enum_core::parse::Enum;
use pg_enum_core::{VisibleIdent, VisibleLiteral};
use proc_macro2::{Ident, Span};
use syn::ItemEnum;
use syn::spanned::Spanned;

use super::{ForeignEnum, Reading};

/// What one codec makes of an enum.
struct Side<'a> {
    codec: &'static str,
    /// The type, unless its name follows from something else than the enum and its attributes.
    type_: Option<Type<'a>>,
    /// The variants with a label.
    labels: Vec<(&'a Ident, &'a str, Span)>,
    /// The codec's attribute on the enum, or else the enum's name.
    at: Span,
}

struct Type<'a> {
    schema: Option<&'a str>,
    name: &'a str,
    /// Whether it is looked up as an unquoted name is.
    folded: bool,
}

/// What two codecs of one enum disagree about. `Display` says it in one line.
#[derive(Debug, Clone)]
pub struct TwoCodecs {
    /// The derives or traits, as messages show them.
    pub codecs: [&'static str; 2],
    /// Where each of the two says so: a literal, or the attribute with the rule, or the enum's name.
    pub spans: [Span; 2],
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    Types([String; 2]),
    Labels { variant: String, labels: [String; 2] },
}

impl fmt::Display for TwoCodecs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [this, that] = self.codecs;
        write!(f, "`{this}` and `{that}` ")?;
        match &self.what {
            What::Types([one, two]) => {
                write!(f, "name two types, {} and {}", VisibleIdent(one), VisibleIdent(two))
            }
            What::Labels { variant, labels: [one, two] } => {
                let (one, two) = (VisibleLiteral(one), VisibleLiteral(two));
                write!(f, "give `{variant}` two labels, {one} and {two}")
            }
        }
    }
}

/// The first thing that two codecs of the enum `item` disagree about: the type, or else the label of a
/// variant. What one of the two writes, the other does not read then. `ours` is the enum as `PgEnum` reads
/// it, if it derives that, and `readings` are those of the others.
#[must_use]
pub fn two_codecs(ours: Option<&Enum>, readings: &[Reading], item: &ItemEnum) -> Option<TwoCodecs> {
    let ours = ours.map(|ours| Side::ours(ours, item));
    let theirs = readings.iter().filter_map(|reading| match reading {
        Reading::Enum(foreign) => Some(Side::theirs(foreign, item)),
        Reading::NotAnEnumType { .. } => None,
    });
    let sides: Vec<_> = ours.into_iter().chain(theirs).collect();
    let (first, others) = sides.split_first()?;
    others.iter().find_map(|other| {
        let (what, spans) = first.differs(other)?;
        Some(TwoCodecs { codecs: [first.codec, other.codec], spans, what })
    })
}

impl<'a> Side<'a> {
    fn ours(model: &'a Enum, item: &ItemEnum) -> Self {
        let labels = model.variants.iter();
        Self {
            codec: "PgEnum",
            type_: Some(Type {
                schema: model.schema.as_ref().map(|schema| &*schema.value),
                name: &model.name.value,
                folded: false,
            }),
            labels: labels
                .map(|variant| (&variant.ident, &*variant.label.value, variant.label.span))
                .collect(),
            at: attribute(item, &["pg_enum"]),
        }
    }

    fn theirs(foreign: &'a ForeignEnum, item: &ItemEnum) -> Self {
        let is_named = foreign.sql_type.is_none();
        Self {
            codec: foreign.codec.path(),
            type_: is_named.then(|| Type {
                schema: foreign.schema.as_ref().map(|schema| &*schema.value),
                name: &foreign.name.value,
                folded: foreign.folded,
            }),
            // What is read only may have several labels for one variant.
            labels: foreign
                .labels
                .iter()
                .filter(|label| !label.optional)
                .map(|label| (&label.ident, &*label.text.value, label.text.span))
                .collect(),
            at: attribute(item, foreign.codec.attributes()),
        }
    }

    /// In what it differs from another one, and where each of the two says so.
    fn differs(&self, other: &Self) -> Option<(What, [Span; 2])> {
        if let (Some(one), Some(two)) = (&self.type_, &other.type_)
            && !one.is(two)
        {
            let names = [one.name, two.name].map(str::to_owned);
            return Some((What::Types(names), [self.at, other.at]));
        }
        let (one, two) = self.labels.iter().find_map(|label| {
            let theirs = other.labels.iter().find(|theirs| theirs.0 == label.0)?;
            (theirs.1 != label.1).then_some((label, theirs))
        })?;
        // A label that follows from the variant's name has its span; the rule is in the attribute.
        let at = |side: &Self, label: &(&Ident, &str, Span)| {
            let is_made = label.2.byte_range() == label.0.span().byte_range();
            if is_made { side.at } else { label.2 }
        };
        let (variant, labels) = (one.0.to_string(), [one.1, two.1].map(str::to_owned));
        Some((What::Labels { variant, labels }, [at(self, one), at(other, two)]))
    }
}

impl Type<'_> {
    /// Whether it may be the same type as another one.
    fn is(&self, other: &Self) -> bool {
        let schemas = self.schema.zip(other.schema);
        let names = if self.folded || other.folded {
            self.name.to_lowercase() == other.name.to_lowercase()
        } else {
            self.name == other.name
        };
        names && schemas.is_none_or(|(one, two)| one == two)
    }
}

/// The attribute of one of these names on the enum, in a `cfg_attr` too; without one, the enum's name.
fn attribute(item: &ItemEnum, names: &[&str]) -> Span {
    let is_it = |attribute: &&syn::Attribute| {
        let path = attribute.path();
        names.iter().any(|name| path.is_ident(name))
            || (path.is_ident("cfg_attr")
                && attribute.meta.require_list().is_ok_and(|list| {
                    list.tokens.clone().into_iter().any(|token| {
                        matches!(token, proc_macro2::TokenTree::Ident(word) if names.iter().any(|name| word == name))
                    })
                }))
    };
    item.attrs.iter().find(is_it).map_or(item.ident.span(), Spanned::span)
}

#[cfg(test)]
mod tests {
    use pg_enum_core::parse::parse;

    use super::two_codecs;
    use crate::foreign::{Imports, read};

    fn said(source: &str, derives_ours: bool) -> String {
        let item: syn::ItemEnum = syn::parse_str(source).unwrap();
        let ours = derives_ours.then(|| parse(&item.clone().into()).0);
        let readings = read(&item, &Imports::default());
        two_codecs(ours.as_ref(), &readings, &item).map_or(String::new(), |said| said.to_string())
    }

    #[test]
    fn the_labels_are_compared_by_variant() {
        let ours =
            "#[derive(PgEnum, sqlx::Type)] #[pg_enum(name = \"a\", rename_all = \"lowercase\")]
            #[sqlx(type_name = \"a\")] enum E { X, #[sqlx(rename = \"y\")] Y }";
        assert_eq!(said(ours, true), "`PgEnum` and `sqlx::Type` give `X` two labels, 'x' and 'X'");
        let theirs = "#[derive(sqlx::Type, postgres_types::ToSql)] #[sqlx(type_name = \"a\")]
            #[postgres(name = \"a\")] enum E { X, #[postgres(name = \"y\")] Y }";
        assert_eq!(
            said(theirs, false),
            "`sqlx::Type` and `postgres_types::ToSql` give `Y` two labels, 'Y' and 'y'"
        );
    }

    #[test]
    fn the_types_are_compared_as_they_are_looked_up() {
        let sqlx = |name| {
            format!(
                "#[derive(PgEnum, sqlx::Type)] #[sqlx(type_name = {name:?})] enum RoadPhase {{ X }}"
            )
        };
        assert_eq!(said(&sqlx("road_phase"), true), "");
        assert_eq!(said(&sqlx("app.ROAD_PHASE"), true), "");
        assert_eq!(
            said(&sqlx("RoadPhase"), true),
            "`PgEnum` and `sqlx::Type` name two types, road_phase and \"RoadPhase\""
        );
        // Diesel's own type may stand for any.
        let diesel =
            "#[derive(PgEnum, DbEnum)] #[ExistingTypePath = \"sql_types::Q\"] enum E { x }";
        assert_eq!(said(diesel, true), "");
    }
}
