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
//! use pg_enum_build::foreign::{Derive, Imports, Reading, read};
//!
//! let item = syn::parse_str(
//!     "#[derive(sqlx::Type)]
//!      #[sqlx(type_name = \"order_status\", rename_all = \"snake_case\")]
//!      enum OrderStatus { Placed, InTransit }",
//! )?;
//! let [Reading::Enum(status)] = &read(&item, &Imports::default())[..] else { panic!() };
//! assert_eq!(status.derive, Derive::SqlxType);
//! assert_eq!(status.name.value, "order_status");
//! assert_eq!(status.labels[1].text.value, "in_transit");
//! # Ok::<(), syn::Error>(())
//! ```

mod attributes;
mod compare;
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
mod variants;

use std::fmt;

use pg_enum_core::parse::Text;
use proc_macro2::{Ident, Span};
use syn::ItemEnum;

use self::attributes::Attributes;

pub use self::compare::compare;
pub use self::files::Files;
pub use self::find::{Match, find};
pub use self::imports::Imports;
pub use self::rust_migrations::migrates_in_rust;
pub use self::sql_types::{SqlType, diesel_sql_types};

/// A derive that makes an enum type's values of a Rust enum's variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Derive {
    /// `sqlx::Type`
    SqlxType,
    /// `diesel_derive_enum::DbEnum`
    DieselDbEnum,
    /// `postgres_types::ToSql` or `FromSql`, or both
    PostgresTypes,
    /// `sea_orm::DeriveActiveEnum`
    SeaOrmActiveEnum,
}

impl Derive {
    /// Every one there is.
    pub const ALL: [Self; 4] =
        [Self::SqlxType, Self::DieselDbEnum, Self::PostgresTypes, Self::SeaOrmActiveEnum];

    /// Its path in the crate that has it; of a pair, the first.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::SqlxType => "sqlx::Type",
            Self::DieselDbEnum => "diesel_derive_enum::DbEnum",
            Self::PostgresTypes => "postgres_types::ToSql",
            Self::SeaOrmActiveEnum => "sea_orm::DeriveActiveEnum",
        }
    }

    /// What it is called.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["Type"],
            Self::DieselDbEnum => &["DbEnum"],
            Self::PostgresTypes => &["ToSql", "FromSql"],
            Self::SeaOrmActiveEnum => &["DeriveActiveEnum"],
        }
    }

    /// Where it is found: in the crates themselves, and where they or others pass it on.
    const fn homes(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["sqlx", "sqlx::prelude", "sqlx::types", "sqlx_macros"],
            Self::DieselDbEnum => &["diesel_derive_enum"],
            Self::PostgresTypes => {
                &["postgres_types", "postgres_derive", "tokio_postgres::types", "postgres::types"]
            }
            Self::SeaOrmActiveEnum => {
                &["sea_orm", "sea_orm::prelude", "sea_orm::entity::prelude", "sea_orm_macros"]
            }
        }
    }

    /// Whether nothing else in common use is called so.
    const fn is_unique(self) -> bool {
        matches!(self, Self::DieselDbEnum | Self::SeaOrmActiveEnum)
    }

    /// The attributes that are its own and nobody else's.
    const fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::SqlxType => &["sqlx"],
            Self::DieselDbEnum => diesel::ATTRIBUTES,
            Self::PostgresTypes => &["postgres"],
            Self::SeaOrmActiveEnum => &["sea_orm"],
        }
    }
}

/// Its path.
impl fmt::Display for Derive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// What a derive makes of an enum.
#[derive(Debug, Clone)]
pub enum Reading {
    /// A type of the database, with a label for each variant.
    Enum(ForeignEnum),
    /// Something else, or something that is not understood: there is nothing to compare.
    NotAnEnumType {
        /// The derive.
        derive: Derive,
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
    pub derive: Derive,
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
    /// Whether the enum says that other labels than its own are to be expected.
    pub tolerant: bool,
    /// A label for each variant, in order.
    pub labels: Vec<ForeignLabel>,
}

/// A variant and its label.
#[derive(Debug, Clone)]
pub struct ForeignLabel {
    /// The variant's own name.
    pub ident: Ident,
    /// The label: given, or made of the variant's name.
    pub text: Text,
    /// Whether the variant is there in some configurations only (`#[cfg(…)]`).
    pub conditional: bool,
}

/// What each of the derives on `item` makes of it; nothing if there is none of [`Derive::ALL`].
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
    let is_on = |derive: &Derive| {
        let names = derive.names();
        let candidates: Vec<_> =
            derives.iter().filter(|path| imports.ends_in(path, names)).collect();
        let (homes, is_unique) = (derive.homes(), derive.is_unique());
        candidates.iter().any(|path| imports.means(path, names, homes, is_unique))
            || (!candidates.is_empty() && is_marked(*derive, item, &attributes))
    };
    let derives = Derive::ALL.into_iter().filter(is_on);
    derives.map(|derive| read_as(derive, item, &attributes)).collect()
}

/// Whether an attribute of that derive is on the enum or on a variant.
fn is_marked(derive: Derive, item: &ItemEnum, attributes: &Attributes) -> bool {
    let marked =
        |attributes: &Attributes| derive.attributes().iter().any(|name| attributes.has(name));
    marked(attributes)
        || item.variants.iter().any(|variant| marked(&Attributes::of(&variant.attrs)))
}

fn read_as(derive: Derive, item: &ItemEnum, attributes: &Attributes) -> Reading {
    let read = match derive {
        Derive::SqlxType => sqlx::read,
        Derive::DieselDbEnum => diesel::read,
        Derive::PostgresTypes => postgres_types::read,
        Derive::SeaOrmActiveEnum => sea_orm::read,
    };
    match read(item, attributes) {
        Ok(foreign) => Reading::Enum(foreign),
        Err(Refusal { why, span }) => Reading::NotAnEnumType { derive, why, span },
    }
}

/// Why there is no reading, and where that stands.
#[derive(Debug)]
struct Refusal {
    why: Why,
    span: Span,
}

type Read<T> = Result<T, Refusal>;

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
    fn other_enums_are_nothing() {
        assert!(readings("", "#[derive(Debug, Clone)] #[repr(u8)] enum A { X = 1 }").is_empty());
        assert!(readings("", "enum A<T> { X(T) }").is_empty());
        // A hand-written codec of diesel's, which may do anything.
        let diesel = "#[derive(AsExpression, FromSqlRow)] #[diesel(sql_type = Mood)] enum A { X }";
        assert!(readings("", diesel).is_empty());
    }
}
