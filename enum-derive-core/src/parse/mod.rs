//! Rust source → definition: reads `#[derive(PgEnum)]` and its `#[pg_enum(…)]` attributes, parsed by syn, into a
//! typed model with the spans for messages; and likewise `#[derive(PgModel)]` and its `#[pg_model(…)]`.
//!
//! There are two stages: [`parse`] and [`parse_model`] read the syntax, [`validate`] and [`validate_model`] check the
//! content. Each continues after an
//! error and collects all of them. The macros and the tools share both stages, and so the messages.
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

mod arguments;
mod attributes;
mod beside;
mod dotted;
mod errors;
mod model;
mod pg_model;
mod rename_rule;
mod syntax;
mod validation;

pub use self::beside::beside;
pub use self::dotted::ColumnPath;
pub use self::errors::Errors;
pub use self::model::{
    Enum, Fallback, FormerName, Impl, ImplRequest, Parts, RemovedLabel, RetiredLabel, Text, Value,
    Variant,
};
pub use self::pg_model::{
    FieldSource, FieldValue, Model, ModelField, parse_model, parse_row, validate_model,
};
pub use self::rename_rule::RenameRule;
pub use self::syntax::parse;
pub use self::validation::validate;
