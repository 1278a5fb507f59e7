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
//! `#[derive(PgModel)]` is for the structs that hold such enums: it compares each field with its column in the
//! migrations, while the package compiles. For its attributes and errors, see the derive macro,
//! [`PgModel`](macro@PgModel); for the types of fields that it knows, the module [`model`].
//!
//! # Features
//!
//! No feature is enabled by default. Without features, the crate depends only on its own macro and `pg-enum-core`, is
//! `no_std` and does not allocate; it names the types of `alloc`, as fields have them.
//!
//! - One feature for each driver, below. They can be combined: one enum goes through all of them.
//! - `live`: the module `live`, which compares a database with the enums. A driver's feature enables it, where the table
//!   says so.
//! - `registry`: [`registry`](registry()), a list of all derived enums in the program.
//! - `serde`: allows `#[pg_enum(impl(Serialize, Deserialize))]`.
//! - `bigdecimal`, `bit-vec`, `chrono`, `ipnetwork`, `json`, `mac_address`, `rust_decimal`, `time`, `uuid`: the types of these
//!   crates in [models](model), as sqlx names the features.
//!
//! # Drivers
//!
//! | feature | driver | `live` | needs Rust |
//! |---|---|---|---|
//! | `sqlx` | sqlx 0.9 | yes | 1.94 |
//! | `sqlx-0_8` | sqlx 0.8, from 0.8.5 | yes | 1.85 |
//! | `sqlx-0_7` | sqlx 0.7, from 0.7.3 | no | 1.85 |
//! | `postgres` | postgres-types 0.2, for tokio-postgres, postgres, deadpool-postgres, cornucopia | no | 1.85 |
//! | `tokio-postgres` | the same, with tokio-postgres 0.7, from 0.7.11 | yes | 1.85 |
//! | `diesel` | Diesel 2.0, 2.1, 2.2, 2.3 | yes, blocking: `verify_blocking`, and so on | 1.85, with Diesel 2.3 1.86 |
//! | `diesel-async` | the same, with diesel-async 0.9 | yes | 1.86 |
//! | `sea-orm` | SeaORM 2 | yes, through sqlx | 1.94 |
//! | `sea-orm-1` | SeaORM 1, from 1.1.10 | yes, through sqlx | 1.85 |
//!
//! Without a driver, Rust 1.85 is enough. These are the versions that cargo chooses for a package with that
//! `rust-version` and the resolver 3, which edition 2024 has. Drivers also depend on crates whose latest versions need
//! a later compiler. A `Cargo.lock` with an older patch of sqlx keeps it, as sqlx asks for its parts with `=`:
//! `cargo update -p sqlx --recursive` updates it.
//!
//! No feature selects a runtime or TLS, or a driver's macros: the application does. With `live`,
//! `verify`, `smoke`, `ensure`, `create_all` and `drop_all` of a set of enums compare a database with the enums, try each label in
//! it, and create what is missing: the same functions for every driver. SeaORM's features include the one for the sqlx below it.
//!
//! Every label works with every driver, and every name: qualified, mixed-case, quoted or not ASCII, in `search_path`
//! or not, and the same name in several schemas. What else works:
//!
//! | | sqlx | postgres-types | Diesel | SeaORM |
//! |---|---|---|---|---|
//! | value, `Option` | yes | yes | yes | yes |
//! | `Vec` for an array | yes, also slices and `[E; N]` | yes, also slices | yes | yes |
//! | `Vec<Option<E>>` | yes | yes | yes, for `Array<Nullable<…>>` | no: SeaORM has no such value |
//! | domain over the type | yes | yes | yes | yes |
//! | field of a composite type | yes, with `sqlx::Type` and in tuples | yes, with its derives | yes, as `Record` | no: SeaORM has none |
//! | `COPY` | text only: write [`label`](PgEnum::label) | yes, binary | yes, since Diesel 2.2, but no arrays: Diesel cannot look up their element type during `COPY` | no: SeaORM has none |
//! | simple queries (text) | yes | strings only | not used | not used |
//! | a column of another type | is an error[^schema] | is an error | is read, if its text is a label | is read, if its text is a label |
//!
//! [^schema]: sqlx 0.7 does not know the schema of a column's type, and accepts the same name in another one.
//!
//! The drivers cache the OID of a type for a connection. After `DROP TYPE` and `CREATE TYPE`, reconnect. A new label
//! needs no new connection.
//!
//! If a value has a label that no variant has, the driver's error contains [`UnknownLabel`]: its message is part of
//! the driver's message or of one of its [sources](core::error::Error::source), and a walk through the sources finds
//! it with `downcast_ref`. Before Diesel 2.3, `diesel::result::Error` has no source: walk from the error in its
//! `DeserializationError`. A value of the `other` variant is read, but not written: sqlx 0.8 and later,
//! postgres-types and Diesel refuse it before they send anything. In sqlx 0.7 and SeaORM, encoding cannot fail, so a
//! text is sent that is too long for a label, and the server refuses it and quotes it:
//! `invalid input value for enum mood: "label "Happy" … cannot be written back; add a variant for it to the enum"`.
//!
//! ## sqlx
//!
//! `Type`, `Encode`, `Decode` and `PgHasArrayType` for `Postgres`.
//!
#![cfg_attr(feature = "sqlx", doc = "```no_run")]
#![cfg_attr(not(feature = "sqlx"), doc = "```ignore")]
//! # use pg_enum::PgEnum;
//! #[derive(Debug, PartialEq, PgEnum)]
//! enum Mood { Sad, Happy }
//!
//! # async fn example(pool: sqlx::PgPool) -> Result<(), sqlx::Error> {
//! let mood: Mood = sqlx::query_scalar("SELECT mood FROM person WHERE mood = ANY($1)")
//!     .bind([Mood::Sad, Mood::Happy])
//!     .fetch_one(&pool)
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! One exception: sqlx 0.9 cannot prepare a statement that uses a type with a label `NULL`, because it reads the
//! label as a null.
//!
//! ## postgres-types
//!
//! `ToSql` and `FromSql`. The schema is compared if the enum names one. Labels are not compared, so that a label which
//! is added later does not stop a running program, as it does with `derive(ToSql, FromSql)`. A parameter for a domain
//! over an array needs a cast, because postgres-types accepts no `Vec` for it.
//!
#![cfg_attr(feature = "postgres", doc = "```no_run")]
#![cfg_attr(not(feature = "postgres"), doc = "```ignore")]
//! # use pg_enum::PgEnum;
//! #[derive(Debug, PartialEq, PgEnum)]
//! enum Mood { Sad, Happy }
//!
//! # async fn example(client: tokio_postgres::Client) -> Result<(), tokio_postgres::Error> {
//! let row = client
//!     .query_one("SELECT mood FROM person WHERE mood = ANY($1)", &[&vec![Mood::Sad, Mood::Happy]])
//!     .await?;
//! let mood: Mood = row.try_get("mood")?;
//! # Ok(()) }
//! ```
//!
//! ## Diesel
//!
//! `ToSql`, `FromSql`, `AsExpression` and `Queryable`, for `Pg`. The SQL type is
#![cfg_attr(feature = "diesel", doc = "[`diesel::Sql<Enum>`](struct@crate::diesel::Sql)")]
#![cfg_attr(not(feature = "diesel"), doc = "`diesel::Sql<Enum>`")]
//! in `table!`, or one that `diesel print-schema` writes, named in the attribute
//! `sql_type = crate::schema::sql_types::Mood`. An enum in a `table!` is as public as the table: `pub`.
//!
#![cfg_attr(feature = "diesel", doc = "```no_run")]
#![cfg_attr(not(feature = "diesel"), doc = "```ignore")]
//! use diesel::prelude::*;
//! # use pg_enum::PgEnum;
//!
//! #[derive(Debug, PartialEq, PgEnum)]
//! pub enum Mood { Sad, Happy }
//!
//! diesel::table! {
//!     person (id) {
//!         id -> Int4,
//!         mood -> pg_enum::diesel::Sql<crate::Mood>,
//!     }
//! }
//!
//! #[derive(Queryable, Insertable)]
//! #[diesel(table_name = person)]
//! struct Person { id: i32, mood: Mood }
//! # fn main() {}
//! ```
//!
//! ## SeaORM
//!
//! `ActiveEnum`, `ValueType`, `TryGetable` and what else a field of an entity needs, and `Iterable` for the variants
//! with a label. A statement of your own may return the enum without a cast to `text`, also in SeaORM 1.
//! `Schema::create_enum_from_active_enum` works for all names, `Schema::create_table_from_entity` only for a plain
//! name without a schema, because it writes the name without quotes.
//!
#![cfg_attr(feature = "sea-orm", doc = "```no_run")]
#![cfg_attr(not(feature = "sea-orm"), doc = "```ignore")]
//! use sea_orm::entity::prelude::*;
//!
//! #[derive(Debug, Clone, PartialEq, pg_enum::PgEnum)]
//! pub enum Mood { Sad, Happy }
//!
//! #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
//! #[sea_orm(table_name = "person")]
//! pub struct Model {
//!     #[sea_orm(primary_key)]
//!     pub id: i32,
//!     pub mood: Mood,
//!     pub past: Vec<Mood>,
//! }
//! # #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
//! # pub enum Relation {}
//! # impl ActiveModelBehavior for ActiveModel {}
//! # fn main() {}
//! ```
//!
//! Between `DeriveActiveEnum` and this derive, the name of the type and the labels are what differs: give
//! `name` for `enum_name`, and `rename` for `string_value`.

#![no_std]

// The items that generated code uses, in a module named after the version that generated it.
#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private0;
#[cfg(feature = "diesel")]
pub mod diesel;
mod error;
#[cfg(feature = "live")]
pub mod live;
pub mod model;
#[cfg(any(feature = "registry", feature = "live"))]
mod set;
mod traits;

pub use pg_enum_core::{Definition, Former, Removed, Renamed, Retired, RetiredRows};
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
/// | `retired("legacy")` | a label that the type keeps and that no row may hold; `retired("legacy" => Variant)` also updates the rows |
/// | `comment` | the enum's doc comment becomes the type's comment when the type is created |
/// | `external` | something other than the package's migrations creates the type; it is not [checked against them](#checked-against-the-migrations) |
/// | `impl(Display, FromStr, Serialize, Deserialize)` | more traits to implement, by label; the last two require the feature `serde` |
/// | `sql_type = path` | the type that represents the SQL type for Diesel, as `diesel print-schema` writes it; without the feature `diesel`, it has no effect |
/// | `crate = path` | the path of `pg-enum`, if it is not `::pg_enum` |
///
/// # On a variant
///
/// | attribute | meaning |
/// |---|---|
/// | `rename = "done"` | the label |
/// | `was = "finished"` | the former label; it may be a label of another variant that has a `was`, if they exchange their names |
/// | `alias = "complete"` | another label that decodes to this variant; may be repeated |
/// | `other` | holds a label that this program does not know: `#[pg_enum(other)] Other(String)` |
///
/// The field of the `other` variant can have any type that implements `From<&str>` and `AsRef<str>`. Such a value can
/// be decoded, but not encoded: during a deploy, it lets a program read rows that a newer version has written.
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
/// Makes a struct a model: implements [`PgModel`](trait@PgModel), and compares each field with its column in the
/// migrations.
///
/// It stands beside the derives of drivers (`sqlx::FromRow`, Diesel's, …), and implements nothing of theirs.
///
/// # On the struct
///
/// | attribute | meaning |
/// |---|---|
/// | `table = "orders"` | the table, as PostgreSQL stores its name: taken literally. It is never derived from the struct's name; `table` without a value is an error that suggests the name in snake case |
/// | `schema = "app"` | the schema of the table; without it, the first of `search_path` |
/// | `complete` | a column of the table without a field is an error |
/// | `strict_null` | a column that is `NOT NULL` in an `Option` is an error |
/// | `rename_all = "camelCase"` | how columns are derived from the names of fields, with the rules of [`PgEnum`](macro@PgEnum) |
/// | `external` | something other than the package's migrations creates the table; the struct is not compared |
/// | `crate = path` | the path of `pg-enum`, if it is not `::pg_enum` |
///
/// # On a field
///
/// | attribute | meaning |
/// |---|---|
/// | `column = "Note"` | the column; without it, the field's name, without `r#` |
/// | `skip` | the field is not a column |
/// | `from = "app.orders.status"` | a column of another table, with or without its schema; a part that contains a dot needs double quotes |
/// | `nullable` | the value can be `NULL` whatever the column says, as in an outer join |
/// | `computed` | the query computes the value |
///
/// A struct without `table` is a row of several tables: each field has `from`, `computed` or `skip`. It has no constants.
///
/// The attributes of `sqlx::FromRow` are read as well. `rename` and `rename_all` name the columns; a field with `skip` or
/// `flatten` is not a column; `try_from` is the type that is compared; `json` needs a column of type `json` or `jsonb`; and
/// a column with `default` may be missing. If both say something, and not the same, that is an error.
///
/// # Checked against the migrations
///
/// With the build script that [`PgEnum`](macro@PgEnum#checked-against-the-migrations) uses, all of these are compile
/// errors, at once, each on the field, its type or the name of the table:
///
/// - The table does not exist, or not in this schema.
/// - The table has no such column. A similar name is suggested, and so is one that differs only by case. If four or more
///   columns are missing, one error lists them.
/// - With `complete`: columns without a field, all in one error.
/// - The type of the field cannot hold the column's type. An enum holds exactly its type, schema included, and `Vec` its
///   array. What other types hold is in the documentation of [`model`]; a type that is not there is not compared, and
///   neither is one with a type parameter of the struct in it.
/// - The column can be `NULL`, and the type of the field is not an `Option`; with `strict_null` also the reverse.
///
/// ```text
/// error[E0080]: evaluation panicked: column app.orders.status is app.order_status (migrations/0001_orders.sql:5), but the
///               type of the field holds app.payment_status; change the type of the field or of the column
///   --> src/order.rs:14:13
///    |
/// 14 |     status: PaymentStatus,
///    |             ^^^^^^^^^^^^^ evaluation of `_::_` failed here
/// ```
///
/// If the columns of the table cannot be told, nothing is compared, and the compiler warns at the table's name: as of the
/// use of something deprecated, which is the warning that a derive can cause.
///
/// Without the build script, the derive reads nothing.
///
/// # Example
///
/// ```
/// use pg_enum::{PgEnum, PgModel};
///
/// #[derive(PgEnum)]
/// #[pg_enum(schema = "app")]
/// enum Status { Open, Done }
///
/// #[derive(PgModel)]
/// #[pg_model(table = "tasks", schema = "app", complete)]
/// struct Task {
///     id: i64,
///     status: Status,
///     #[pg_model(column = "Note")]
///     note: Option<String>,
///     #[pg_model(skip)]
///     is_new: bool,
/// }
///
/// #[derive(PgModel)]
/// struct Line {
///     #[pg_model(from = "app.tasks.status")]
///     status: Status,
///     #[pg_model(from = "app.people.name", nullable)]
///     assignee: Option<String>,
///     #[pg_model(computed)]
///     tasks: i64,
/// }
///
/// assert_eq!(Task::TABLE, "app.tasks");
/// assert_eq!(Task::COLUMNS_SQL, "id, status, \"Note\"");
/// ```
pub use pg_enum_impl::PgModel;

pub use crate::error::UnknownLabel;
pub use crate::model::PgModel;
#[cfg(feature = "registry")]
pub use crate::set::registry;
#[cfg(any(feature = "registry", feature = "live"))]
pub use crate::set::{Conflict, Registered, Set};
pub use crate::traits::PgEnum;

/// The code of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Likewise, that of the page about models.
#[cfg(doctest)]
#[doc = include_str!("../../docs/models.md")]
struct Models;

/// Likewise, that of the page about smoke tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/smoke.md")]
struct Smoke;
