//! For build scripts: holds a crate's enums against its migrations while it compiles, and writes their
//! SQL.
//!
//! ```no_run
//! // build.rs, in `main`
//! pg_enum_build::check_migrations("migrations");
//! ```
//!
//! With this, `#[derive(PgEnum)]` knows what the migrations say of its type, and a disagreement is a
//! compile error on the variant at fault. The folder is read and replayed without a database
//! ([`pg_enum_migrations`]); what comes out is a small file in `OUT_DIR`, whose path the derive finds in
//! the variable `PG_ENUM_RECORD`. The script runs again when something in the folder changes, and only
//! then.
//!
//! What replay has to report:
//!
//! - What the server would refuse and what cannot be read stop the build, with file, line and the lines
//!   in question.
//! - What cannot be known is a warning that names the types which are not checked on its account, or
//!   stops the build as well ([`Unknown::Deny`]). A comment in the migration settles it
//!   ([how](pg_enum_migrations#settling-what-cannot-be-known)).
//!
//! [`Build`] has the options, among them (feature `scan`) the SQL of all the crate's enums as files in
//! `OUT_DIR`. The module `scan` finds the enums of a crate in its source.
//!
//! # Where there are no migrations
//!
//! A crate may be published without its migrations, and whoever builds it then can do nothing about
//! that. So on docs.rs, and in a package from a registry that has no such folder, nothing is checked.
//! Everywhere else a folder that is not there is an error.

mod build;
mod cargo;
#[cfg(feature = "foreign")]
pub mod code;
mod error;
mod excerpt;
#[cfg(feature = "foreign")]
pub mod foreign;
pub mod record;
#[cfg(feature = "scan")]
pub mod scan;
#[cfg(feature = "scan")]
mod sql;

use std::path::Path;

pub use pg_enum_migrations::folder::Tool;

pub use crate::build::{Build, Unknown};
pub use crate::error::Error;

/// Has every `#[derive(PgEnum)]` of this crate checked against a folder of migrations, which is relative
/// to the crate's own. To be called from a build script.
///
/// Ends the script with a message, and so the build, when the folder cannot be read, or when the server
/// would refuse a migration in it. [`Build`] has more to choose.
///
/// ```no_run
/// // build.rs, in `main`
/// pg_enum_build::check_migrations("migrations");
/// ```
pub fn check_migrations(folder: impl AsRef<Path>) {
    Build::new().migrations(folder).run();
}
