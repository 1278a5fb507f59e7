//! For build scripts: compares a crate's enums with its migrations while it compiles, and writes their
//! SQL.
//!
//! With this, `#[derive(PgEnum)]` knows what the migrations say of its type, and `#[derive(PgModel)]` what they say of its
//! table. A disagreement is a compile error on the variant or field at fault. No database is needed. There are two ways:
//!
//! ```no_run
//! # #[cfg(feature = "replay")]
//! # fn main() {
//! // build.rs, in `main`: reads the migrations and replays them
//! pg_enum_build::check_migrations("migrations");
//! # }
//! # #[cfg(not(feature = "replay"))]
//! # fn main() {}
//! ```
//!
//! ```no_run
//! // build.rs, in `main`: goes by what `cargo pg-enum record` has written
//! pg_enum_build::check_record("pg-enum.record");
//! ```
//!
//! | | `check_migrations` | [`check_record`] |
//! |---|---|---|
//! | `[build-dependencies]` | `pg-enum-build = "0.1"` | `pg-enum-build = { version = "0.1", default-features = false }` |
//! | adds to a clean build | a parser of SQL: some twenty seconds of processor time | less than a second |
//! | after a change of the migrations | nothing to do | `cargo pg-enum record`; until then the build fails and says so |
//! | the repository has | the migrations | also `pg-enum.record`, in which a review sees what they come to |
//!
//! Either way, the script leaves a small file in `OUT_DIR`, whose path the derive finds in the variable
//! `PG_ENUM_RECORD`, and runs again only when something in the folder changes.
//!
//! # What replay has to report
//!
//! - What the server would refuse and what cannot be read stop the build, with file, line and the lines
//!   in question; `cargo pg-enum record` writes no record then.
//! - What cannot be known is a warning that names the types which are not checked on its account, or
//!   stops the build as well ([`Unknown::Deny`]). A comment in the migration settles it
#![cfg_attr(
    feature = "replay",
    doc = "  ([how](pg_enum_migrations#settling-what-cannot-be-known))."
)]
#![cfg_attr(not(feature = "replay"), doc = "  (documentation of `pg_enum_migrations`).")]
//!
//! [`Build`] has the options, among them (feature `scan`) the SQL of all the crate's enums as files in
//! `OUT_DIR`. The module `scan` finds the enums of a crate in its source.
//!
//! # Where there are no migrations
//!
//! A crate may be published without its migrations or its record, and whoever builds it then cannot add
//! them. So on docs.rs, and in a package from a registry that lacks one of them, nothing is checked.
//! Everywhere else, what is not there is an error.

mod build;
mod cargo;
#[cfg(feature = "foreign")]
pub mod code;
mod error;
#[cfg(feature = "replay")]
mod excerpt;
#[cfg(feature = "foreign")]
pub mod foreign;
#[cfg(feature = "foreign")]
pub mod models;
#[cfg(feature = "replay")]
pub mod record;
pub mod record_file;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "scan")]
mod sql;

use std::path::Path;

#[cfg(feature = "replay")]
pub use pg_enum_migrations::folder::{Around, Tool};

pub use crate::build::{Build, Unknown};
pub use crate::error::Error;

/// Has every `#[derive(PgEnum)]` and `#[derive(PgModel)]` of this crate checked against a folder of migrations, which is relative
/// to the crate's own. For a build script.
///
/// Ends the script with a message, and so the build, when the folder cannot be read, or when the server
/// would refuse a migration in it. [`Build`] has more options.
///
/// ```no_run
/// // build.rs, in `main`
/// pg_enum_build::check_migrations("migrations");
/// ```
#[cfg(feature = "replay")]
pub fn check_migrations(folder: impl AsRef<Path>) {
    Build::new().migrations(folder).run();
}

/// Has every `#[derive(PgEnum)]` and `#[derive(PgModel)]` of this crate checked against what `cargo pg-enum record` has written to
/// this file, whose path is relative to the crate's folder. For a build script.
///
/// The file names the folder of the migrations, and has a hash of each file in there. When one of them has
/// changed, is new or is gone, the record is stale: the script ends with a message, and so does the build.
/// Line ends do not count, as git may change them. `cargo pg-enum generate` writes the record as well, and
/// `cargo pg-enum check` reports one that is not what the migrations say.
///
/// ```no_run
/// // build.rs, in `main`
/// pg_enum_build::check_record("pg-enum.record");
/// ```
pub fn check_record(file: impl AsRef<Path>) {
    Build::new().record(file).run();
}
