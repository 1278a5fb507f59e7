//! One Rust enum, one PostgreSQL enum type.
//!
//! `#[derive(PgEnum)]` makes a Rust enum the single source of its PostgreSQL type: the labels, the
//! SQL that creates the type, the fragments for a migration's up and down, and the mapping of
//! values all follow from it, at compile time.
//!
//! ```
//! use pg_enum::PgEnum;
//!
//! #[derive(Debug, Clone, Copy, PartialEq, Eq, PgEnum)]
//! #[pg_enum(name = "draft_status", schema = "app")]
//! pub enum DraftStatus {
//!     Streaming,
//!     Partial,
//!     #[pg_enum(rename = "done")]
//!     Complete,
//! }
//!
//! assert_eq!(DraftStatus::LABELS, ["Streaming", "Partial", "done"]);
//! assert_eq!(DraftStatus::LABELS_SQL, "'Streaming', 'Partial', 'done'");
//! assert_eq!(DraftStatus::NAME_SQL, "app.draft_status");
//! assert_eq!(DraftStatus::Complete.label(), "done");
//! assert_eq!(DraftStatus::from_label("done"), Ok(DraftStatus::Complete));
//! assert!(DraftStatus::UP_SQL.contains("CREATE TYPE app.draft_status AS ENUM"));
//! ```
//!
//! The attributes are described at the derive macro, [`PgEnum`](macro@PgEnum); what the generated
//! SQL does, at [`PgEnum::CREATE_SQL`].
//!
//! # Features
//!
//! None is on by default. Without them the crate depends on nothing but its own macro and core, is
//! `no_std` and allocates nothing.
//!
//! - `sqlx`: sqlx 0.9's `Type`, `Encode`, `Decode` and `PgHasArrayType` for `Postgres`, for every
//!   derived enum. Runtime, TLS and macros stay the application's choice.
//!   With it comes [`live`]: whether a database agrees with the enums, and how to make it.
//! - `registry`: [`registry`](registry()), all derived enums of the program in one list.
//! - `serde`: allows `#[pg_enum(impl(Serialize, Deserialize))]`.

#![no_std]

// What generated code refers to, under the version that generated it.
#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private0;
mod error;
#[cfg(feature = "sqlx")]
pub mod live;
#[cfg(any(feature = "registry", feature = "sqlx"))]
mod set;
mod traits;

pub use pg_enum_core::{Definition, Former, Removed, Renamed};
/// Makes an enum the source of a PostgreSQL enum type: implements [`PgEnum`](trait@PgEnum) and, by
/// feature, the traits of a driver.
///
/// Without attributes, the type's name is the enum's in snake case, and each label is the
/// variant's name as it stands: case preserved, `r#` left off.
///
/// # On the enum
///
/// | attribute | meaning |
/// |---|---|
/// | `name = "draft_status"` | the type's name, as PostgreSQL stores it: taken literally, without quoting or a schema |
/// | `schema = "app"` | the type's schema; without it, `search_path` decides |
/// | `was = "old_schema.old_name"` | the name the type used to have, with its schema if that was another; taken literally, with a part that has a dot in it in double quotes |
/// | `rename_all = "snake_case"` | how labels follow from names: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`, `Train-Case`, `Title Case`, with word boundaries as in sqlx and strum |
/// | `removed("legacy" => Variant)` | a label that used to exist, and the variant that takes its place; `NULL` for none |
/// | `comment` | the enum's doc comment becomes the type's comment when the type is created |
/// | `external` | something else than the package's migrations makes the type: it is not [checked against them](#checked-against-the-migrations) |
/// | `impl(Display, FromStr, Serialize, Deserialize)` | more traits to implement, by label; the last two take the feature `serde` |
/// | `crate = path` | where to find `pg-enum`, if not at `::pg_enum` |
///
/// # On a variant
///
/// | attribute | meaning |
/// |---|---|
/// | `rename = "done"` | the label |
/// | `was = "finished"` | the label it used to have |
/// | `alias = "complete"` | another label that decodes to it; may be repeated |
/// | `other` | holds a label this program does not know: `#[pg_enum(other)] Other(String)` |
///
/// The field of the `other` variant may be any type that is `From<&str>` and `AsRef<str>`. Such a
/// value can be decoded and never encoded: it lets a program read rows that a newer one has
/// written, while a deploy is under way.
///
/// # With sqlx
///
/// Everything works for any label and any name, with one exception, which is sqlx's: 0.9 cannot
/// prepare a statement about a type that has a label `NULL`, as it takes the label for a null.
///
/// # Compile errors
///
/// Whatever PostgreSQL would refuse or silently change is an error on the token at fault, all of
/// them at once: duplicate labels (after renaming), empty ones, ones of more than 63 bytes, names
/// that a type of PostgreSQL's own would hide, hints that contradict the labels, and so on.
///
/// ```compile_fail
/// # use pg_enum::PgEnum;
/// #[derive(PgEnum)]
/// #[pg_enum(rename_all = "lowercase")]
/// enum Casing {
///     HTTP,
///     Http, // error: duplicate label "http"
/// }
/// ```
///
/// # Checked against the migrations
///
/// If the package's build script records what its migrations come to, as `pg-enum-build` does, every enum
/// is compared with that, and what disagrees is a compile error on the variant, `rename`, `name` or
/// `schema` at fault: a type that no migration creates, a label that none adds, one that differs only by
/// case or stands elsewhere in the order, labels that no variant has. Each says what to do:
///
/// ```text
/// error: no migration adds the label 'Approved' to public.status (created at migrations/0001_init.sql:4);
///        run `cargo pg-enum generate` to write the migration
///   --> src/status.rs:7:5
///    |
///  7 |     Approved,
///    |     ^^^^^^^^
/// ```
///
/// Nothing else changes: the enum's code is the same, so that a disagreement is reported once, and not
/// wherever the enum is used. An enum without a `schema` is looked up where its type would be created, in
/// the first schema of `search_path`. An enum that the migrations leave uncertain is not compared.
///
/// The build script names the record in the variable `PG_ENUM_RECORD` of the compiler's environment; without
/// it, the derive reads nothing. Cargo compiles the package again when the migrations change, and
/// rust-analyzer shows the same errors, as it runs build scripts too. Enums in the package's tests, examples
/// and doc tests are compared like any other; `external` is for those as well. Cargo also hands the variable
/// on to the tests it runs: one that compiles code of its own, as `trybuild` does, may want to remove it.
///
/// # Example
///
/// ```
/// use pg_enum::{Definition, Former, PgEnum, Removed, Renamed};
///
/// /// How far an import has come.
/// #[derive(Debug, PartialEq, PgEnum)]
/// #[pg_enum(schema = "app", was = "public.job_state", rename_all = "snake_case", comment)]
/// #[pg_enum(removed("paused" => Running), impl(Display, FromStr))]
/// enum ImportState {
///     Queued,
///     #[pg_enum(was = "active", alias = "busy")]
///     Running,
///     #[pg_enum(rename = "done")]
///     Finished,
///     #[pg_enum(other)]
///     Other(String),
/// }
///
/// assert_eq!(
///     *ImportState::DEFINITION,
///     Definition::new("import_state", &["queued", "running", "done"])
///         .in_schema("app")
///         .with_was(Former { schema: Some("public"), name: "job_state" })
///         .with_renamed(&[Renamed { label: "running", was: "active" }])
///         .with_removed(&[Removed { label: "paused", replacement: Some("running") }])
///         .with_comment("How far an import has come."),
/// );
/// assert_eq!(ImportState::from_label("busy"), Ok(ImportState::Running));
/// assert_eq!("done".parse(), Ok(ImportState::Finished));
/// assert_eq!(ImportState::from_label("stuck"), Ok(ImportState::Other("stuck".to_owned())));
/// ```
pub use pg_enum_impl::PgEnum;

pub use crate::error::UnknownLabel;
#[cfg(feature = "registry")]
pub use crate::set::registry;
#[cfg(any(feature = "registry", feature = "sqlx"))]
pub use crate::set::{Conflict, Registered, Set};
pub use crate::traits::PgEnum;

/// The README's code, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
