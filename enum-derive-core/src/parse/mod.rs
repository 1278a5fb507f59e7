//! Rust source → definition: `#[derive(PgEnum)]` and its `#[pg_enum(…)]` attributes, as syn sees
//! them, into a typed model with the spans a message needs.
//!
//! Two stages, each of which goes on after a mistake and collects all of them: [`parse`] reads the
//! syntax, [`validate`] judges what it says. The macros and the tools share both, and so the texts.
//!
//! ```
//! use pg_enum_core::parse::{parse, validate};
//!
//! let input = syn::parse_str(
//!     "#[pg_enum(rename_all = \"snake_case\")] enum JobState { Queued, InFlight }",
//! )?;
//! let (model, errors) = parse(&input);
//! assert!(errors.is_empty() && validate(&model).is_empty());
//! model.with_definition(|definition| {
//!     assert_eq!(definition.name, "job_state");
//!     assert_eq!(definition.labels, ["queued", "in_flight"]);
//! });
//! # Ok::<(), syn::Error>(())
//! ```

mod attributes;
mod errors;
mod former_name;
mod model;
mod rename_rule;
mod syntax;
mod validation;

pub use self::errors::Errors;
pub use self::model::{
    Enum, Fallback, FormerName, Impl, ImplRequest, Parts, RemovedLabel, Text, Variant,
};
pub use self::rename_rule::RenameRule;
pub use self::syntax::parse;
pub use self::validation::validate;
