//! As in edition 2018, `gen` is not a keyword here, while it is one in the edition of the derive.

#![forbid(unsafe_code, unused_qualifications)]
#![deny(missing_docs, rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![allow(keyword_idents_2024, reason = "`gen` is what this is about")]

use pg_enum::PgEnum;

/// How a call is made.
#[derive(Debug, Clone, PartialEq, Eq, PgEnum)]
#[pg_enum(impl(Display, FromStr))]
#[allow(non_camel_case_types, reason = "raw identifiers")]
pub enum CallKind {
    /// Answered later.
    r#async,
    /// Through a table.
    #[pg_enum(was = "virtual")]
    r#dyn,
    /// Not a keyword of this edition.
    gen,
    /// In a way this program does not know.
    #[pg_enum(other)]
    r#try(String),
}

/// A call.
#[derive(Debug, Clone, pg_enum::PgModel)]
#[pg_model(table = "calls")]
pub struct Call<'gen> {
    /// A keyword.
    pub r#async: &'gen bool,
    /// Not a keyword of this edition.
    pub gen: Option<i32>,
    /// An array.
    pub kind: Vec<CallKind>,
}

#[cfg(test)]
mod tests {
    use pg_enum::PgModel;

    use super::{Call, CallKind, PgEnum};

    #[test]
    fn columns_lack_the_prefix() {
        assert_eq!(Call::COLUMNS, ["async", "gen", "kind"]);
        assert_eq!(Call::INSERT_COLUMNS, ["async", "kind"]);
    }

    #[test]
    fn labels_lack_the_prefix() {
        assert_eq!(CallKind::LABELS, ["async", "dyn", "gen"]);
        assert_eq!(CallKind::r#dyn.label(), "dyn");
        assert_eq!("async".parse(), Ok(CallKind::r#async));
        assert_eq!(CallKind::from_label("gen"), Ok(CallKind::gen));
        assert_eq!(CallKind::from_label("yield"), Ok(CallKind::r#try("yield".to_owned())));
    }
}
