//! The enums that a project has under other derives, as definitions to hold against its migrations.
//!
//! Each derive has its own names and rules; one file each, with where its rules come from. What they
//! have in common is what the rest of this module makes of them: [`read`] turns an enum into a
//! [`Reading`] for each derive on it, [`find`] looks its type up in what the migrations say, and
//! [`compare`] says in what the two disagree.
//!
//! Nothing is guessed. An enum whose derive stores it as text or as an integer, one with something on it
//! that is not understood, a type that is in two schemas or in none: for all of them there is no
//! comparison, and so no false alarm.
//!
//! ```
//! use pg_enum_build::foreign::{Codec, Imports, Reading, read};
//!
//! let item = syn::parse_str(
//!     "#[derive(sqlx::Type)]
//!      #[sqlx(type_name = \"order_status\", rename_all = \"snake_case\")]
//!      enum OrderStatus { Placed, InTransit }",
//! )?;
//! let [Reading::Enum(status)] = &read(&item, &Imports::default())[..] else { panic!() };
//! assert_eq!(status.codec, Codec::SqlxType);
//! assert_eq!(status.name.value, "order_status");
//! assert_eq!(status.labels[1].text.value, "in_transit");
//! # Ok::<(), syn::Error>(())
//! ```

pub(crate) mod attributes;
mod by_hand;
mod codec;
mod compare;
mod derives;
mod diesel;
mod files;
mod find;
mod imports;
mod postgres_types;
mod rust_migrations;
mod sea_orm;
mod sql_name;
mod sql_types;
mod sqlx;
#[cfg(test)]
mod testing;
mod two_codecs;
mod variants;

use std::fmt;
use std::path::PathBuf;

use pg_enum_core::parse::Text;
use proc_macro2::{Ident, Span};
use syn::ItemEnum;
use syn::spanned::Spanned;

use self::attributes::Attributes;

pub(crate) use self::by_hand::texts_by_hand;
pub use self::codec::Codec;
pub use self::compare::{compare, twin};
pub use self::derives::derives_of;
pub use self::files::{Files, HiddenEnum};
pub use self::find::{Match, find, nearest};
pub use self::imports::Imports;
pub use self::rust_migrations::is_migration;
pub use self::sql_types::{SqlType, diesel_sql_types};
pub use self::two_codecs::{TwoCodecs, two_codecs};

/// What a derive makes of an enum.
#[derive(Debug, Clone)]
// The size depends on the features of proc-macro2, and so whether there is something to expect.
#[allow(clippy::large_enum_variant, reason = "nearly all values are the large one")]
pub enum Reading {
    /// A type of the database, with a label for each variant.
    Enum(ForeignEnum),
    /// Something else, or something that is not understood: there is nothing to compare.
    NotAnEnumType {
        /// The derive.
        codec: Codec,
        /// The reason.
        why: Why,
        /// Where the reason stands.
        span: Span,
    },
}

/// Why an enum is not compared. `Display` gives it in words, to follow on the enum's name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It is stored as a value of one of the database's own types.
    StoredAs(String),
    /// It is stored as an integer.
    Integer,
    /// It stands for the one field it has.
    Transparent,
    /// That variant holds data.
    Data(String),
    /// It is generic.
    Generic,
    /// It has no variants.
    Empty,
    /// Something that the attributes say is not understood.
    Unclear(String),
}

impl Why {
    /// A short name that does not change.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::StoredAs(_) => "stored-as-text",
            Self::Integer => "integer",
            Self::Transparent => "transparent",
            Self::Data(_) => "data",
            Self::Generic => "generic",
            Self::Empty => "empty",
            Self::Unclear(_) => "not-understood",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StoredAs(name) => write!(f, "is stored as {name}"),
            Self::Integer => f.write_str("is stored as an integer"),
            Self::Transparent => f.write_str("is stored as its field"),
            Self::Data(variant) => write!(f, "has data in the variant `{variant}`"),
            Self::Generic => f.write_str("is generic"),
            Self::Empty => f.write_str("has no variants"),
            Self::Unclear(what) => write!(f, "is not understood: {what}"),
        }
    }
}

/// An enum and the database's type, as a derive sees them.
#[derive(Debug, Clone)]
pub struct ForeignEnum {
    /// The derive.
    pub codec: Codec,
    /// The enum's own name.
    pub ident: Ident,
    /// The schema, where the attributes name one. Spelled as the database has it.
    pub schema: Option<Text>,
    /// The type's name, without the quotes that it may have in the attribute.
    pub name: Text,
    /// Whether the type is looked up as an unquoted name is, so that case does not tell.
    pub folded: bool,
    /// Whether the attributes name the type; if not, its name follows from the enum's.
    pub explicit: bool,
    /// Diesel's own name for the type, the last of a path such as `crate::schema::sql_types::Mood`,
    /// where this is all that is said. `name` is a guess then, and [`find`] does not use it.
    pub sql_type: Option<Text>,
    /// Which labels the type has to have.
    pub demands: Demands,
    /// A label for each variant, in order.
    pub labels: Vec<ForeignLabel>,
    /// What impls written by hand read: each label, and the variant's own name. It may be another one than that
    /// which is written with the label, and a variant may have several.
    pub reads: Vec<(String, String)>,
    /// Of `labels`, those that it writes and does not read.
    pub unread: Vec<usize>,
    /// The file of impls that are written by hand, if it is another than the enum's.
    pub impls_in: Option<PathBuf>,
}

/// Which labels a type has to have for an enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demands {
    /// Those of the enum: any other cannot be read.
    Exactly,
    /// At least those of the enum: others are read as well, or none is read at all.
    AtLeast,
    /// The enum says that others than its own are to be expected.
    Nothing,
}

/// A variant and its label.
#[derive(Debug, Clone)]
pub struct ForeignLabel {
    /// The variant's own name.
    pub ident: Ident,
    /// The label: given, or made of the variant's name.
    pub text: Text,
    /// Whether the database may do without it: the variant is there in some configurations only
    /// (`#[cfg(…)]`), or the label is read and not written.
    pub optional: bool,
}

impl ForeignEnum {
    /// Whether it reads a label that it writes for no variant.
    #[must_use]
    pub fn reads(&self, label: &str) -> bool {
        self.demands != Demands::Exactly || self.reads.iter().any(|(read, _)| read == label)
    }
}

/// What each of the derives on `item` makes of it; nothing if none of those in [`Codec`] is on it.
///
/// `imports` are those of the file that the enum stands in. They tell `Type`, `ToSql` and `FromSql`, which
/// many crates have, from others of that name. Without them (`Imports::default()`), such a name counts
/// where an attribute of that derive is on the enum or on a variant (`#[sqlx(…)]`, `#[postgres(…)]`), or
/// with its path. `DbEnum` and `DeriveActiveEnum` count unless they are imported from somewhere else.
///
/// A derive or an attribute in `cfg_attr` counts as if its condition held.
#[must_use]
pub fn read(item: &ItemEnum, imports: &Imports) -> Vec<Reading> {
    let attributes = Attributes::of(&item.attrs);
    let derives = attributes.derives();
    let is_on = |codec: Codec| {
        let names = codec.names();
        let candidates: Vec<_> =
            derives.iter().filter(|path| imports.ends_in(path, names)).collect();
        let (homes, is_unique) = (codec.homes(), codec.is_unique());
        candidates.iter().any(|path| imports.means(path, names, homes, is_unique))
            || (!candidates.is_empty() && is_marked(codec, item, &attributes))
    };
    let on_it = DERIVES.into_iter().filter(|(codec, _)| is_on(*codec));
    let reading = |(codec, read): (Codec, ReadDerive)| {
        let changed = match attributes.attribute_macro(imports) {
            Some(path) => unclear(path.span(), changed_by(path)),
            None => Ok(()),
        };
        Reading::new(codec, changed.and_then(|()| read(item, &attributes)))
    };
    on_it.map(reading).collect()
}

fn changed_by(path: &syn::Path) -> String {
    let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    format!("the attribute macro `{}` may change it", names.join("::"))
}

/// How an enum is read under one derive.
type ReadDerive = fn(&ItemEnum, &Attributes) -> Read<ForeignEnum>;

const DERIVES: [(Codec, ReadDerive); 4] = [
    (Codec::SqlxType, sqlx::read),
    (Codec::DieselDbEnum, diesel::read),
    (Codec::PostgresTypes, postgres_types::read),
    (Codec::SeaOrmActiveEnum, sea_orm::read),
];

/// The derive that a path means, as far as the imports tell.
fn derive_of(path: &syn::Path, imports: &Imports) -> Option<Codec> {
    let means =
        |codec: &Codec| imports.means(path, codec.names(), codec.homes(), codec.is_unique());
    DERIVES.into_iter().map(|(codec, _)| codec).find(means)
}

/// Whether an attribute of that derive is on the enum or on a variant.
fn is_marked(codec: Codec, item: &ItemEnum, attributes: &Attributes) -> bool {
    let marked =
        |attributes: &Attributes| codec.attributes().iter().any(|name| attributes.has(name));
    marked(attributes)
        || item.variants.iter().any(|variant| marked(&Attributes::of(&variant.attrs)))
}

impl Reading {
    fn new(codec: Codec, read: Read<ForeignEnum>) -> Self {
        match read {
            Ok(foreign) => Self::Enum(foreign),
            Err(Refusal { why, span }) => Self::NotAnEnumType { codec, why, span },
        }
    }
}

/// Why there is no reading, and where that stands.
#[derive(Debug)]
pub(crate) struct Refusal {
    why: Why,
    span: Span,
}

pub(crate) type Read<T> = Result<T, Refusal>;

fn refuse<T>(span: Span, why: Why) -> Read<T> {
    Err(Refusal { why, span })
}

fn unclear<T>(span: Span, what: impl fmt::Display) -> Read<T> {
    refuse(span, Why::Unclear(what.to_string()))
}

#[cfg(test)]
mod tests {
    use super::testing::{readings, sketch};

    #[test]
    fn each_derive_has_its_reading() {
        let found = readings(
            "",
            r#"#[derive(Debug, sqlx::Type, postgres_types::ToSql, postgres_types::FromSql)]
               #[sqlx(type_name = "mood", rename_all = "lowercase")]
               #[postgres(name = "mood")]
               enum Mood { Sad, #[postgres(name = "ok")] Ok }"#,
        );
        assert_eq!(found, ["sqlx::Type ~mood: sad, ok", "postgres_types::ToSql =mood: Sad, ok"]);
    }

    #[test]
    fn a_name_of_many_crates_needs_an_import_or_an_attribute() {
        assert!(readings("", "#[derive(Type, ToSql)] enum A { X }").is_empty());
        assert!(readings("use specta::Type;", "#[derive(Type)] enum A { X }").is_empty());
        for imports in [
            "use sqlx::Type;",
            "use sqlx::{FromRow, Type};",
            "use sqlx::*;",
            "use sqlx::prelude::*;",
            "mod inner { use ::sqlx::Type; }",
        ] {
            assert_eq!(sketch(imports, "#[derive(Type)] enum A { X }"), "sqlx::Type ~A: X");
        }
        assert_eq!(
            sketch("use sqlx::Type as Sql;", "#[derive(Sql)] enum A { X }"),
            "sqlx::Type ~A: X"
        );
        assert_eq!(
            sketch("", "#[derive(Type)] enum A { #[sqlx(rename = \"x\")] X }"),
            "sqlx::Type ~A: x"
        );
        assert_eq!(sketch("", "#[derive(db::sqlx::Type)] enum A { X }"), "sqlx::Type ~A: X");
        assert_eq!(
            sketch("use tokio_postgres::types::ToSql;", "#[derive(ToSql)] enum A { X }"),
            "postgres_types::ToSql =A: X"
        );
    }

    #[test]
    fn a_name_of_one_crate_needs_nothing() {
        assert_eq!(
            sketch("", "#[derive(DbEnum)] enum A { X }"),
            "diesel_derive_enum::DbEnum =a: x"
        );
        assert!(readings("use mine::DbEnum;", "#[derive(DbEnum)] enum A { X }").is_empty());
    }

    #[test]
    fn conditions_count_as_if_they_held() {
        assert_eq!(
            sketch(
                "",
                r#"#[cfg_attr(feature = "db", derive(sqlx::Type), sqlx(type_name = "a"))]
                   #[cfg_attr(all(feature = "db", not(test)), cfg_attr(unix, sqlx(rename_all = "UPPERCASE")))]
                   enum A { X, #[cfg_attr(true, sqlx(rename = "why"))] Y, #[cfg(unix)] Z }"#
            ),
            "sqlx::Type ~a: X, why, Z?"
        );
    }

    #[test]
    fn an_attribute_macro_may_change_anything() {
        let read = |imports, attributes| {
            sketch(
                imports,
                &format!("{attributes} #[derive(DbEnum)] #[serde(default)] enum A {{ X }}"),
            )
        };
        let plain = "diesel_derive_enum::DbEnum =a: x";
        let changed = |name| {
            format!(
                "diesel_derive_enum::DbEnum is not understood: the attribute macro `{name}` may change it"
            )
        };
        for (imports, attributes) in [
            ("", "#[doc = \"words\"] #[allow(dead_code)] #[non_exhaustive] #[rustfmt::skip]"),
            ("use serde_with::serde_as;", "#[serde_as] #[typeshare::typeshare]"),
            ("use serde::{self, Serialize}; use crate::schema;", "#[serde(x)] #[schema(y)]"),
            // It is a derive's, as far as can be told.
            ("", "#[whatever(x)]"),
        ] {
            assert_eq!(read(imports, attributes), plain, "{attributes}");
        }
        assert_eq!(
            read("", "#[router_derive::diesel_enum(storage = \"x\")]"),
            changed("router_derive::diesel_enum")
        );
        assert_eq!(read("", "#[cfg_attr(x, crate::with_unknown)]"), changed("crate::with_unknown"));
        assert_eq!(read("use macros::{a, db_enum};", "#[db_enum]"), changed("db_enum"));
    }

    #[test]
    fn other_enums_are_nothing() {
        assert!(readings("", "#[derive(Debug, Clone)] #[repr(u8)] enum A { X = 1 }").is_empty());
        assert!(readings("", "enum A<T> { X(T) }").is_empty());
        // A hand-written codec of diesel's, which may do anything.
        let diesel = "#[derive(AsExpression, FromSqlRow)] #[diesel(sql_type = Mood)] enum A { X }";
        assert!(readings("", diesel).is_empty());
    }
}
