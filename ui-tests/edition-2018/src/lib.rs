//! `async` and `dyn` are keywords from this edition on, `gen` from 2024 on, the edition of the
//! derive.

#![forbid(unsafe_code, unused_qualifications)]
#![deny(missing_docs, rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![allow(keyword_idents_2024, reason = "`gen` is what this is about")]

/// Enums in a module, to be used by path.
pub mod kinds {
    /// How a call is made.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, pg_enum::PgEnum)]
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
    }
}

/// A call.
#[derive(Debug, Clone, pg_enum::PgModel)]
#[pg_model(table = "calls")]
pub struct Call<T> {
    /// A keyword.
    pub r#async: bool,
    /// Not a keyword of this edition.
    pub gen: Option<i32>,
    /// Anything.
    pub kind: T,
}

#[cfg(test)]
mod tests {
    use pg_enum::{PgEnum, PgModel};

    #[test]
    fn columns_lack_the_prefix() {
        assert_eq!(crate::Call::<()>::COLUMNS, ["async", "gen", "kind"]);
        assert_eq!(crate::Call::<()>::INSERT_COLUMNS_SQL, "async, kind");
    }

    #[test]
    fn labels_lack_the_prefix() {
        assert_eq!(crate::kinds::CallKind::LABELS, ["async", "dyn", "gen"]);
        assert_eq!(crate::kinds::CallKind::r#dyn.label(), "dyn");
        assert_eq!("async".parse(), Ok(crate::kinds::CallKind::r#async));
        assert_eq!("gen".parse(), Ok(crate::kinds::CallKind::gen));
    }
}
