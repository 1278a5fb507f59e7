//! Documented.

#![deny(missing_docs)]

use pg_enum::PgEnum;

/// Documented.
#[derive(Debug, PgEnum)]
#[pg_enum(schema = "app", comment, impl(Display, FromStr, Serialize, Deserialize))]
#[pg_enum(removed("open" => Draft, "lost" => NULL))]
pub enum Status {
    /// Documented.
    #[pg_enum(was = "new", alias = "begun")]
    Draft,
    /// Documented.
    Done,
}

/// Documented.
#[derive(Debug, PgEnum)]
#[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
pub enum Open {
    /// Documented.
    Known,
    /// Documented.
    #[pg_enum(other)]
    Other(String),
}

pub(crate) fn main() {
    assert_eq!("begun".parse::<Status>().unwrap().label(), "Draft");
    assert_eq!(Open::Other("?".to_owned()).to_string(), "?");
    assert_eq!((Status::Done.label(), Open::Known.label()), ("Done", "Known"));
}
