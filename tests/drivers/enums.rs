//! The enums of the cases.

use pg_enum::PgEnum;

use crate::drivers::Typed;

include!(concat!(env!("OUT_DIR"), "/sizes.rs"));

#[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
pub(crate) enum Mood {
    Sad,
    Ok,
    Happy,
}

/// Labels that mean something to SQL, to arrays, records and `COPY`, or to nothing.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub(crate) enum Hostile {
    #[pg_enum(rename = "it's")]
    Apostrophe,
    #[pg_enum(rename = "'; DROP TABLE kept; --")]
    Injection,
    #[pg_enum(rename = r#"say "hi""#)]
    Quotes,
    #[pg_enum(rename = r"back\slash\")]
    Backslashes,
    #[pg_enum(rename = r"\N")]
    CopyNull,
    #[pg_enum(rename = "two\nlines\r\n\tand a tab")]
    Lines,
    #[pg_enum(rename = "{a,b}")]
    Array,
    #[pg_enum(rename = "(a,\"b\")")]
    Record,
    #[pg_enum(rename = "a,b")]
    Comma,
    #[pg_enum(rename = " padded ")]
    Padded,
    #[pg_enum(rename = "$1")]
    Parameter,
    #[pg_enum(rename = "?")]
    Question,
    #[pg_enum(rename = ":name::text")]
    Cast,
    #[pg_enum(rename = "%s")]
    Percent,
    #[pg_enum(rename = "null")]
    SmallNull,
    #[pg_enum(rename = "naïve ☃ 雪 🦀")]
    NonAscii,
    #[pg_enum(rename = "a\u{301}\u{202e}\u{200d}")]
    Invisible,
    #[pg_enum(rename = "123456789012345678901234567890123456789012345678901234567890123")]
    Longest,
    #[pg_enum(rename = "ééééééééééééééééééééééééééééééé1")]
    LongestNonAscii,
}

/// sqlx 0.9 cannot prepare a statement with this type.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub(crate) enum Nulls {
    #[pg_enum(rename = "NULL")]
    Null,
    #[pg_enum(rename = "Null")]
    MixedNull,
}

/// Names that need quotes, a schema, or both.
macro_rules! named {
    ($($name:ident($($attributes:tt)*)),* $(,)?) => {
        $(
            #[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
            #[pg_enum($($attributes)*)]
            pub(crate) enum $name {
                First,
                Second,
            }
        )*
    };
}

named! {
    Qualified(schema = "app", name = "status"),
    MixedCase(name = "DraftStatus"),
    MixedCaseQualified(schema = "App", name = "DraftStatus"),
    Quoted(name = "odd \"name\""),
    QuotedQualified(schema = "\"s\"", name = "a\"b"),
    NonAsciiName(name = "état"),
    NonAsciiQualified(schema = "données", name = "état ☃"),
    Dotted(name = "a.b"),
    DottedQualified(schema = "x.y", name = "z"),
    Keyword(schema = "select", name = "user"),
    Apostrophes(schema = "it's", name = "it's"),
    Backslash(name = "back\\slash"),
    Spaces(schema = " ", name = " a b "),
    LongestName(name = "n23456789012345678901234567890123456789012345678901234567890123"),
    InOne(schema = "one", name = "status"),
}

/// The type of [`InOne`] in another schema, with other labels.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(schema = "two", name = "status")]
pub(crate) enum InTwo {
    Second,
    Third,
}

/// Of the same type as [`Mood`], without two of its labels.
#[derive(Debug, Clone, PartialEq, PgEnum)]
#[pg_enum(name = "mood")]
pub(crate) enum Older {
    Sad,
    #[pg_enum(other)]
    Other(String),
}

/// Of the same type as [`Mood`], without one of its labels.
#[derive(Debug, Clone, PartialEq, PgEnum)]
#[pg_enum(name = "mood")]
pub(crate) enum Outdated {
    Sad,
    #[pg_enum(alias = "Ok")]
    Fine,
}

macro_rules! typed {
    ($($enum:ident)*) => {
        $(impl Typed for $enum {
            type Sql = pg_enum::diesel::Sql<Self>;
        })*
    };
}

typed! {
    Mood Hostile Nulls Of1 Of5 Of50 Of1000 Qualified MixedCase MixedCaseQualified Quoted QuotedQualified
    NonAsciiName NonAsciiQualified Dotted DottedQualified Keyword Apostrophes Backslash Spaces LongestName
    InOne InTwo Older Outdated
}
