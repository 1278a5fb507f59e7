//! One Rust enum, one PostgreSQL enum type.
//!
//! `#[derive(PgEnum)]` makes a Rust enum the single source of its PostgreSQL type. The derive generates the labels,
//! the SQL that creates and drops the type, and the mapping of values, all at compile time.
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
//! For the attributes, see the derive macro, [`PgEnum`](macro@PgEnum). For the behaviour of the generated SQL, see
//! [`PgEnum::CREATE_SQL`].
//!
//! # Features
//!
//! No feature is enabled by default. Without features, the crate depends only on its own macro and `pg-enum-core`, is
//! `no_std` and does not allocate.
//!
//! - `sqlx`: sqlx 0.9's `Type`, `Encode`, `Decode` and `PgHasArrayType` for `Postgres`, for every derived enum. The
//!   application chooses the runtime, TLS and sqlx's macros. This feature also enables [`live`], which compares a
//!   database with the enums and creates what is missing.
//! - `registry`: [`registry`](registry()), a list of all derived enums in the program.
//! - `serde`: allows `#[pg_enum(impl(Serialize, Deserialize))]`.

#![no_std]

// The items that generated code uses, in a module named after the version that generated it.
#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private0;
#[cfg(feature = "diesel")]
pub mod diesel;
mod error;
#[cfg(feature = "sqlx")]
pub mod live;
#[cfg(any(feature = "registry", feature = "sqlx"))]
mod set;
mod traits;

pub use pg_enum_core::{Definition, Former, Removed, Renamed};
/// Makes an enum the source of a PostgreSQL enum type: implements [`PgEnum`](trait@PgEnum) and, depending on
/// features, the traits of a driver.
///
/// Without attributes, the type's name is the enum's name in snake case, and each label is the variant's name: case
/// preserved, without `r#`.
///
/// # On the enum
///
/// | attribute | meaning |
/// |---|---|
/// | `name = "draft_status"` | the type's name, as PostgreSQL stores it: taken literally, without quoting or a schema |
/// | `schema = "app"` | the type's schema; without it, `search_path` decides |
/// | `was = "old_schema.old_name"` | the former name of the type, with its former schema if the schema changed; taken literally; a part that contains a dot needs double quotes |
/// | `rename_all = "snake_case"` | how labels are derived from names: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`, `Train-Case`, `Title Case`, with word boundaries as in sqlx and strum |
/// | `removed("legacy" => Variant)` | a removed label, and the variant that replaces it; `NULL` for none |
/// | `comment` | the enum's doc comment becomes the type's comment when the type is created |
/// | `external` | something other than the package's migrations creates the type; it is not [checked against them](#checked-against-the-migrations) |
/// | `impl(Display, FromStr, Serialize, Deserialize)` | more traits to implement, by label; the last two require the feature `serde` |
/// | `crate = path` | the path of `pg-enum`, if it is not `::pg_enum` |
///
/// # On a variant
///
/// | attribute | meaning |
/// |---|---|
/// | `rename = "done"` | the label |
/// | `was = "finished"` | the former label |
/// | `alias = "complete"` | another label that decodes to this variant; may be repeated |
/// | `other` | holds a label that this program does not know: `#[pg_enum(other)] Other(String)` |
///
/// The field of the `other` variant can have any type that implements `From<&str>` and `AsRef<str>`. Such a value can
/// be decoded, but not encoded: during a deploy, it lets a program read rows that a newer version has written.
///
/// # With sqlx
///
/// All labels and names work, with one exception: sqlx 0.9 cannot prepare a statement that uses a type with a label
/// `NULL`, because it reads the label as a null.
///
/// # Compile errors
///
/// Everything that PostgreSQL would refuse or silently change is a compile error on the wrong token, and all errors
/// are reported at once: duplicate labels (after renaming), empty labels, labels longer than 63 bytes, names that a
/// built-in type would hide, hints that contradict the labels, and so on.
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
/// If the package's build script records the result of its migrations with `pg-enum-build`, the derive compares every
/// enum with that record. Each difference is a compile error on the variant, `rename`, `name` or `schema`: a type
/// that no migration creates, a label that no migration adds, a label that differs only by case or has another
/// position, labels that no variant has. Each error says what to do:
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
/// The generated code is the same with and without the check, so each difference is reported once, and not at every
/// use of the enum. An enum without a `schema` is looked up in the first schema of `search_path`, where its type
/// would be created. An enum whose type is uncertain after the migrations is not compared.
///
/// The build script passes the path of the record to the compiler in the environment variable `PG_ENUM_RECORD`.
/// Without it, the derive reads nothing. Cargo compiles the package again when the migrations change. rust-analyzer
/// also runs build scripts, and shows the same errors. Enums in tests, examples and doc tests are compared too; use
/// `external` to exclude one. Cargo also sets the variable for the tests that it runs: a test that compiles code, for
/// example with `trybuild`, may need to remove it.
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

/// The code of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
